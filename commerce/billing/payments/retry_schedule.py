"""When to charge again after a decline, and when to stop: dunning as one pure function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

# The bank will never say yes to this card, and card networks fine merchants who keep asking. An
# expired card is not among them: networks tell issuers' new dates, and the next try may succeed.
# https://docs.stripe.com/billing/revenue-recovery/smart-retries (hard decline codes)
HARD_DECLINES: Final = frozenset(
    {
        "highest_risk_level",
        "incorrect_number",
        "invalid_account",
        "lost_card",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "transaction_not_allowed",
    }
)


def next_attempt_at(
    *, declined_at: datetime, declines: int, decline_code: str, delays_days: Sequence[int]
) -> datetime | None:
    """Tell when to try again after the `declines`-th decline; None: stop.

    `delays_days` are the days between one decline and the next attempt: 3, 5, 7 tries again on
    days 3, 8 and 15.
    """
    if decline_code in HARD_DECLINES or declines > len(delays_days):
        return None
    return declined_at + timedelta(days=delays_days[declines - 1])
