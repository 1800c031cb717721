"""The billing run: find what is due, batch by batch, until nothing is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commerce.billing.subscriptions.queries import clocks, due_to_be_billed
from commerce.billing.subscriptions.renew_subscriptions import Renewed, renew_subscriptions

# Large enough that a statement's fixed cost vanishes, small enough that the invoice number series
# is locked for a fraction of a second.
BATCH_SIZE = 1_000


def run_billing(*, now: datetime, keep_going: Callable[[], bool] = lambda: True) -> Renewed:
    """Bill everybody who is due: customers on a test clock at its time, all others at `now`.

    Running it again for the same instant changes nothing, and running it day by day comes to the
    same as once at the end. `keep_going` is asked before each batch; what a stopped run leaves is
    due for the next one.
    """
    total = Renewed()
    for clock_id in clocks():
        while keep_going():
            ids = due_to_be_billed(now=now, limit=BATCH_SIZE, clock_id=clock_id)
            if not ids:
                break
            total += renew_subscriptions(ids=ids, now=now)
    return total
