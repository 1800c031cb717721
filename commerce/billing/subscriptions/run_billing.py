"""The billing run: find what is due, batch by batch, until nothing is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.customers.models import TestClock
from commerce.billing.subscriptions.queries import due_to_be_billed
from commerce.billing.subscriptions.renew_subscriptions import Renewed, renew_subscriptions

# Large enough that a statement's fixed cost vanishes, small enough that the invoice number series
# is locked for a fraction of a second.
BATCH_SIZE = 1_000


def run_billing(*, now: datetime, batches_at_most: int | None = None) -> Renewed:
    """Bill everybody who is due: customers on a test clock at its time, all others at `now`.

    Running it again for the same instant changes nothing, and running it day by day comes to the
    same as once at the end. What a stopped run leaves is due for the next one.
    """
    total = Renewed()
    batches_left = batches_at_most
    clock_ids: list[UUID | None] = [None, *TestClock.objects.values_list("pk", flat=True)]
    for clock_id in clock_ids:
        while batches_left != 0:
            ids = due_to_be_billed(now=now, limit=BATCH_SIZE, clock_id=clock_id)
            if not ids:
                break
            total += renew_subscriptions(ids=ids, now=now)
            batches_left = batches_left and batches_left - 1
    return total
