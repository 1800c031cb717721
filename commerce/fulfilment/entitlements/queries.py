"""Reads of entitlements."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commerce.fulfilment.entitlements.models import Entitlement


def valid_entitlements(*, holder_id: UUID, at: datetime) -> QuerySet[Entitlement]:
    """Select what a holder may use at a moment."""
    return Entitlement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        holder_id=holder_id,
        valid_from__lte=at,
    )
