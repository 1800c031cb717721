"""Catalog's figures for /metrics."""

from __future__ import annotations

from django.db.models import Min
from django.db.models.functions import Coalesce

from commerce.catalog.listing.changes import changes_due
from commerce.shared import clock
from commerce.shared.gauges import gauge


@gauge("commerce_listing_behind_seconds", "How long the oldest change has not been shown in lists.")
def listing_behind_seconds() -> float:
    now = clock.now()
    since = changes_due(now=now).aggregate(at=Min(Coalesce("due_at", "noted_at")))["at"]
    return max((now - since).total_seconds(), 0.0) if since else 0.0
