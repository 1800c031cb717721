"""When to ask the provider again about money whose fate is open: soon, then patiently, then never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

# Kill Bill's intervals for payments with an unknown result, behind a quick first look: the customer
# is still waiting then, and asking is safe at any time, because it moves nothing (the same key).
CHECK_DELAYS: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
    *[timedelta(days=1)] * 5,
)

# Stripe keeps idempotency keys for at least 24 hours; with a margin for clocks and slow calls.
# https://docs.stripe.com/api/idempotent_requests
KEY_LIVES_FOR: Final = timedelta(hours=20)


def next_check_at(*, checks: int, now: datetime) -> datetime | None:
    """Tell when to look after `checks` looks; None: a person has to."""
    return now + CHECK_DELAYS[checks] if checks < len(CHECK_DELAYS) else None
