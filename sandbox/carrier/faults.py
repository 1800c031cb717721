"""Troubles that happen on command, a given number of times or with a given probability.

They are kept in the store: a carrier that is killed comes back with the troubles it had.
"""

import json
import random
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.carrier.fields import Fields
from sandbox.carrier.problems import NotFound
from sandbox.carrier.store import Store

type Body = dict[str, Any]

KINDS = {
    "latency": "wait `seconds` before executing",
    "error_before_commit": "execute nothing and answer 500",
    "error_after_commit": "execute, then answer 500",
    "cut_before_commit": "execute nothing and close the connection",
    "cut_after_commit": "execute, then close the connection without an answer",
    "webhook_repeated": "deliver the event `times` times",
    "webhook_late": "deliver the event after `seconds`",
    "webhook_shuffled": "deliver the event at a random moment within `seconds`",
    "webhook_never": "do not deliver the event at all",
}
LONGEST_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One trouble: what, where (`method`, `path`, `status`: patterns as in the shell), how often."""

    kind: str
    method: str = "*"
    path: str = "*"
    status: str = "*"
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    times: int = 2

    @classmethod
    def read(cls, data: object) -> "Fault":
        """Read a wish for trouble.

        Raises:
            Invalid: there is no such trouble or option.
        """
        fields = Fields(data)
        given: Body = {
            "kind": fields.choice("kind", tuple(KINDS)),
            "method": fields.optional_text("method"),
            "path": fields.optional_text("path"),
            "status": fields.optional_text("status"),
            "count": fields.optional_integer("count", at_most=1_000_000),
            "probability": fields.optional_number("probability", at_least=0, at_most=1),
            "seed": fields.optional_integer("seed", at_least=0, at_most=2**31),
            "seconds": fields.optional_number("seconds", at_least=0, at_most=LONGEST_S),
            "times": fields.optional_integer("times", at_most=100),
        }
        fields.finish()
        return cls(**{name: value for name, value in given.items() if value is not None})

    def matches(self, **place: str) -> bool:
        return all(fnmatchcase(value, getattr(self, name)) for name, value in place.items())

    def dice(self, throw: int) -> random.Random:
        """What chance says at the `throw`th occasion: the same for the same seed."""
        return random.Random(f"{self.seed}/{throw}")  # noqa: S311  (a test's dice)


class Faults:
    """The troubles in force, in the order they were asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, fault: Fault) -> Body:
        row = self._store.query(
            "INSERT INTO faults (body) VALUES (?) RETURNING seq", (json.dumps(asdict(fault)),)
        )
        return {"id": row[0][0], **asdict(fault), "asked": 0, "fired": 0}

    def remove(self, seq: int | None = None) -> None:
        """Lift one fault, or all.

        Raises:
            NotFound: there is no such fault.
        """
        gone = self._store.query(
            "DELETE FROM faults WHERE ?1 IS NULL OR seq = ?1 RETURNING seq", (seq,)
        )
        if seq is not None and not gone:
            raise NotFound(f"There is no fault {seq}.")

    def describe(self) -> list[Body]:
        return [
            {"id": seq, **asdict(fault), "asked": asked, "fired": fired}
            for seq, fault, asked, fired in self._in_force()
        ]

    def strike(self, *kinds: str, **place: str) -> tuple[Fault, random.Random] | None:
        """The first fault of these kinds that happens at this place now, and its dice.

        `place` is of `method` and `path`, or of `status`.
        """
        with self._store.alone():
            for seq, fault, asked, fired in self._in_force():
                is_spent = fault.count is not None and fired >= fault.count
                if is_spent or fault.kind not in kinds or not fault.matches(**place):
                    continue
                dice = fault.dice(asked)
                happens = dice.random() < fault.probability
                self._store.query(
                    "UPDATE faults SET asked = asked + 1, fired = fired + ? WHERE seq = ?",
                    (happens, seq),
                )
                if happens:
                    return fault, dice
        return None

    def delivery_delays_s(self, status: str) -> list[float]:
        """When to deliver an event: once per entry, that many seconds from now."""
        if self.strike("webhook_never", status=status):
            return []
        delay = 0.0
        if late := self.strike("webhook_late", status=status):
            delay += late[0].seconds
        if shuffled := self.strike("webhook_shuffled", status=status):
            fault, dice = shuffled
            delay += dice.uniform(0, fault.seconds)
        repeated = self.strike("webhook_repeated", status=status)
        return [delay] * (repeated[0].times if repeated else 1)

    def _in_force(self) -> list[tuple[int, Fault, int, int]]:
        rows = self._store.query("SELECT seq, body, asked, fired FROM faults ORDER BY seq")
        return [(seq, Fault(**json.loads(body)), asked, fired) for seq, body, asked, fired in rows]
