"""When to try an event again that could not be processed: soon, then patiently, then never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST_DELAY: Final = timedelta(seconds=10)
DELAY_AT_MOST: Final = timedelta(hours=1)
# Doubling from ten seconds to an hour: about four hours of trying, then a person has to look.
ATTEMPTS_BEFORE_PARKING: Final = 12


def retry_at(*, attempts: int, now: datetime) -> datetime | None:
    """Tell when to try again after so many attempts; None: never by itself."""
    if attempts >= ATTEMPTS_BEFORE_PARKING:
        return None
    doubled = 1 << (attempts - 1)
    return now + min(FIRST_DELAY * doubled, DELAY_AT_MOST)
