"""Troubles that happen on command, a given number of times or with a given probability.

A fault says what goes wrong, where (`method`, `path`, `event`: patterns as in the shell), how
often (`count`, `probability` with `seed`), and counts how often it really did.
"""

import random
import threading
import time
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any, get_type_hints

from sandbox.stripe.errors import (
    ApiError,
    InvalidParameters,
    KeyInUse,
    LockTimeout,
    TooManyRequests,
)
from sandbox.stripe.ids import new_id

type Body = dict[str, Any]

KINDS = {
    "latency": "wait `seconds` (± `jitter_s`) before executing",
    "rate_limit": "answer 429 to whatever exceeds `per_second`",
    "too_many_requests": "answer 429, ahead of the idempotency keys",
    "lock_timeout": "answer 429 `lock_timeout`, ahead of the idempotency keys",
    "key_in_use": "answer 409 `idempotency_key_in_use`",
    "error_before_commit": "execute nothing; save and answer a 500",
    "error_after_commit": "execute; save and answer a 500",
    "cut_before_commit": "close the connection without executing",
    "cut_after_commit": "execute, then close the connection without an answer",
    "late_after_commit": "execute, tell the webhooks, then wait `seconds` before answering",
    "silence_before_commit": "execute nothing and never answer",
    "silence_after_commit": "execute and never answer",
    "decline": "let the bank decline the charge with `code` and `decline_code`",
    "webhook_repeated": "deliver the event `times` times",
    "webhook_late": "deliver the event after `seconds`",
    "webhook_shuffled": "deliver the event at a random moment within `seconds`",
    "webhook_never": "do not deliver the event at all",
}


class ConnectionCut(Exception):
    """The connection closes without an answer."""


class Silence(Exception):
    """No answer ever comes."""


@dataclass(slots=True, kw_only=True)
class Fault:
    kind: str
    method: str = "*"
    path: str = "*"
    event: str = "*"
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    jitter_s: float = 0.0
    per_second: float = 25.0
    times: int = 2
    code: str = "card_declined"
    decline_code: str | None = "generic_decline"
    id: str = field(default_factory=lambda: new_id("fault"))
    asked: int = 0
    fired: int = 0
    _random: random.Random = field(default_factory=random.Random, repr=False)
    _allowance: float = 0.0
    _refilled_at: float = 0.0

    def __post_init__(self) -> None:
        self._random.seed(self.seed)
        self._allowance, self._refilled_at = self.per_second, time.monotonic()

    def strikes(self) -> bool:
        """Decide whether it happens this time, and count."""
        self.asked += 1
        if self.count is not None and self.fired >= self.count:
            return False
        if self.kind == "rate_limit" and self._is_within_limit():
            return False
        if self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True

    def _is_within_limit(self) -> bool:
        now = time.monotonic()
        grown = self._allowance + (now - self._refilled_at) * self.per_second
        self._allowance, self._refilled_at = min(self.per_second, grown), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def delay_s(self) -> float:
        return max(0.0, self.seconds + self._random.uniform(-self.jitter_s, self.jitter_s))

    def moment_s(self) -> float:
        return self._random.uniform(0, self.seconds)

    def describe(self) -> Body:
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


OPTIONS = {
    name: hint
    for name, hint in get_type_hints(Fault).items()
    if not name.startswith("_") and name not in ("id", "asked", "fired")
}


class Faults:
    """The faults in force, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, wish: Body) -> Fault:
        """Put a fault in force.

        Raises:
            InvalidParameters: there is no such fault or option.
        """
        unknown = set(wish) - set(OPTIONS)
        if unknown or wish.get("kind") not in KINDS:
            raise InvalidParameters(
                f"A fault has a kind, one of {', '.join(KINDS)}, and of these options:"
                f" {', '.join(OPTIONS)}.",
                param=min(unknown, default="kind"),
            )
        fault = Fault(**wish)
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault_id: str | None = None) -> None:
        """Lift one fault, or all."""
        with self._lock:
            self._faults = [x for x in self._faults if fault_id is not None and x.id != fault_id]

    def describe(self) -> list[Body]:
        with self._lock:
            return [fault.describe() for fault in self._faults]

    def strike(
        self, *kinds: str, method: str = "*", path: str = "*", event: str = "*"
    ) -> Fault | None:
        """The first fault of these kinds that happens here and now."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if (
                    fault.kind in kinds
                    and fnmatchcase(method, fault.method)
                    and fnmatchcase(path, fault.path)
                    and fnmatchcase(event, fault.event)
                    and fault.strikes()
                ):
                    return fault
        return None

    def before_request(self, *, method: str, path: str) -> None:
        """Fail as a request fails that never got to be executed."""
        fault = self.strike(
            "cut_before_commit",
            "silence_before_commit",
            "rate_limit",
            "too_many_requests",
            "lock_timeout",
            "key_in_use",
            method=method,
            path=path,
        )
        if fault is not None:
            raise _as_failure(fault)

    def after_commit(self, *, method: str, path: str) -> None:
        """Hold back or lose an answer whose effects are facts."""
        if late := self.strike("late_after_commit", method=method, path=path):
            time.sleep(late.delay_s())
        fault = self.strike("cut_after_commit", "silence_after_commit", method=method, path=path)
        if fault is not None:
            raise _as_failure(fault)

    def delivery_delays_s(self, event_type: str) -> list[float]:
        """When to deliver an event: once per entry, that many seconds from now."""
        if self.strike("webhook_never", event=event_type):
            return []
        delay = 0.0
        if late := self.strike("webhook_late", event=event_type):
            delay += late.delay_s()
        if shuffled := self.strike("webhook_shuffled", event=event_type):
            delay += shuffled.moment_s()
        repeated = self.strike("webhook_repeated", event=event_type)
        return [delay] * (repeated.times if repeated else 1)


def _as_failure(fault: Fault) -> ApiError | ConnectionCut | Silence:
    if fault.kind.startswith("cut"):
        return ConnectionCut()
    if fault.kind.startswith("silence"):
        return Silence()
    if fault.kind == "lock_timeout":
        return LockTimeout()
    if fault.kind == "key_in_use":
        return KeyInUse(key="(fault)")
    return TooManyRequests()
