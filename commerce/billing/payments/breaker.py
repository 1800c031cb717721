"""A breaker for a provider that is down: fail at once instead of making everybody wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row within `window_s`; one call may try again every `open_s`.

    A worker makes one call after the other, so the window has to hold as many timeouts. One for each process: every process finds out for itself, and none depends on a shared store.
    """

    def __init__(
        self,
        *,
        failures: int,
        window_s: float,
        open_s: float = 30,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures, self._window_s, self._open_s = failures, window_s, open_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._opened_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def lets_through(self) -> bool:
        """Tell whether to try; while open, one caller in each `open_s` is let through."""
        with self._lock:
            if self._opened_at is None:
                return True
            now = self._monotonic()
            if now - self._opened_at < self._open_s:
                return False
            self._opened_at = now
            return True

    def note(self, *, is_down: bool) -> None:
        """Count a call; one that got an answer, whatever it said, closes the breaker."""
        with self._lock:
            if not is_down:
                self._opened_at = None
                self._failed_at.clear()
                return
            now = self._monotonic()
            self._failed_at.append(now)
            is_many = len(self._failed_at) == self._failures
            if is_many and now - self._failed_at[0] <= self._window_s:
                self._opened_at = now
