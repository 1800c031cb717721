"""The sandbox's time: the machine's, moved by an offset that tests may set."""

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self, *, offset_s: float = 0) -> None:
        self.offset_s = offset_s

    def now(self) -> int:
        """Seconds since 1970, as Stripe's objects carry them."""
        return int(time.time() + self.offset_s)


def as_text(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()
