"""Lapse redemptions: give back the uses of checkouts that nobody came back to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.promotions.models import Redemption, RedemptionStatus
from commerce.catalog.promotions.uses import give_uses_back

# Locks a few hundred rows for some milliseconds.
BATCH_SIZE = 200


def lapse_redemptions(*, now: datetime, promotion_ids: Collection[UUID] | None = None) -> int:
    """Free a batch of overdue holds, oldest first, and say how many there were.

    Without `promotion_ids` it is the sweeper's: any number may run, each takes rows no other has.
    With them a customer needs exactly these, and one that a sweeper is busy with is waited for.
    """
    overdue = Redemption.objects.filter(status=RedemptionStatus.HELD, expires_at__lte=now)
    with transaction.atomic(durable=True):
        if promotion_ids is None:
            batch = overdue.order_by("expires_at", "id").select_for_update(
                skip_locked=True, no_key=True
            )[:BATCH_SIZE]
        else:
            batch = (
                overdue.filter(promotion__in=promotion_ids)
                .order_by("id")
                .select_for_update(no_key=True)
            )
        lapsed = [row.pk for row in batch]
        give_uses_back(lapsed)
        # In bulk, past the state machine: the rows are locked, and only held ones are among them.
        Redemption.objects.filter(pk__in=lapsed).update(
            status=RedemptionStatus.LAPSED, released_at=now
        )
    return len(lapsed)
