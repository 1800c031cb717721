"""Begin a rebuild where documents were made for other markets, or in an older form."""

from __future__ import annotations

from datetime import datetime

from commerce.catalog.listing.markets import what_documents_are_made_for
from commerce.catalog.listing.models import ListingRebuild
from commerce.catalog.listing.rebuild_listing import rebuild_listing


def rebuild_outdated_listing(*, now: datetime) -> ListingRebuild | None:
    """Compare what the latest rebuild was made for with what there is now; rebuild if they differ.

    A newer form than ours was made by a newer release, which is just being rolled out: it knows
    better.
    """
    latest = ListingRebuild.objects.order_by("-id").values_list("made_for", flat=True)
    made_for, wanted = latest.first(), what_documents_are_made_for()
    if made_for == wanted or (made_for and made_for["form"] > wanted["form"]):
        return None
    return rebuild_listing(now=now)
