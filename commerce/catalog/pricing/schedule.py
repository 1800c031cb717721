"""The timeline of one price: of a variant from a quantity on, in a list or as the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An amount from `valid_from` until `valid_until`, exclusive; None is until further notice."""

    amount_minor: int
    valid_from: datetime
    valid_until: datetime | None
    compare_at_minor: int | None = None
    price_id: UUID | None = None
    """The row it stands in; None for one that is not stored yet."""


def with_price(timeline: Sequence[Period], new: Period) -> list[Period]:
    """Lay a price over a timeline and give the timeline that results, in order of time.

    A price with an end cuts out exactly its time, and what was there goes on after it: a sale
    returns to the normal price. A price without an end holds until the next price that is already
    planned: changing today's price does not call off next month's.

    Where the amount is already so, nothing changes.
    """
    later = [x.valid_from for x in timeline if x.valid_from > new.valid_from]
    until = new.valid_until if new.valid_until is not None else min(later, default=None)
    new = replace(new, valid_until=until)
    if any(_covers(x, new) and _costs_the_same(x, new) for x in timeline):
        return sorted(timeline, key=lambda x: x.valid_from)

    result = [new]
    for period in timeline:
        result += _outside(period, new)
    return sorted(result, key=lambda x: x.valid_from)


def without(timeline: Sequence[Period], *, at: datetime) -> list[Period]:
    """End what holds at a moment, and let nothing that is planned for later come."""
    rest = [x for x in timeline if x.valid_from < at]
    return [replace(x, valid_until=at) if _ends_after(x, at) else x for x in rest]


def _costs_the_same(one: Period, other: Period) -> bool:
    return (one.amount_minor, one.compare_at_minor) == (other.amount_minor, other.compare_at_minor)


def _outside(period: Period, new: Period) -> list[Period]:
    """What remains of a period before the new one, in its own row, and after it, in a new row."""
    if not _overlap(period, new):
        return [period]
    parts = []
    if period.valid_from < new.valid_from:
        parts.append(replace(period, valid_until=new.valid_from))
    if new.valid_until is not None and _ends_after(period, new.valid_until):
        parts.append(replace(period, valid_from=new.valid_until, price_id=None))
    return parts


def in_force(timeline: Sequence[Period], at: datetime) -> Period | None:
    """The price at a moment, if there is one."""
    for period in timeline:
        if period.valid_from <= at and _ends_after(period, at):
            return period
    return None


def _overlap(one: Period, other: Period) -> bool:
    return _ends_after(one, other.valid_from) and _ends_after(other, one.valid_from)


def _covers(period: Period, new: Period) -> bool:
    return period.valid_from <= new.valid_from and (
        period.valid_until is None
        or (new.valid_until is not None and new.valid_until <= period.valid_until)
    )


def _ends_after(period: Period, moment: datetime) -> bool:
    return period.valid_until is None or period.valid_until > moment
