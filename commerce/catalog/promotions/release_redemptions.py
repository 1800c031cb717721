"""Release redemptions: nothing comes of what they were held or confirmed for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from commerce.catalog.promotions.models import Redemption, RedemptionStatus
from commerce.catalog.promotions.uses import give_uses_back


def release_redemptions(*, references: Collection[str], released_at: datetime) -> None:
    """Give back what these references hold or have used; unknown or released: nothing to do.

    Held again afterwards it is counted again, but a late confirmation changes nothing.
    """
    with transaction.atomic(durable=True):
        rows = list(
            Redemption.objects.select_for_update(no_key=True)
            .filter(reference__in=references)
            .exclude(status=RedemptionStatus.RELEASED)
            .order_by("id")
        )
        give_uses_back([row.pk for row in rows if row.status != RedemptionStatus.LAPSED])
        # In bulk, past the state machine: the rows are locked, and none is released already.
        Redemption.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=RedemptionStatus.RELEASED, released_at=released_at
        )
