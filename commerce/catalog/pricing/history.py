"""What everybody paid in a market, moment by moment, and the lowest of it before a reduction.

Pure: it puts together the base prices and the lists that were active, as a quote would have at
every moment, for one unit and for a customer of no group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from commerce.catalog.markets.terms import MarketTerms
from commerce.catalog.pricing.resolution import Candidate, ListRank, resolve
from commerce.catalog.pricing.schedule import Period

# Directive 98/6/EC, article 6a(2), as inserted by Directive (EU) 2019/2161: whoever announces a
# reduction states the lowest price of at least the 30 days before the reduction was applied.
# Paragraph 5 lets a member state take the price before the first of several growing reductions
# instead; not all of them do, and what is stated here is right in every one.
LOOK_BACK: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """A price list that is or was active: for whom, and when."""

    code: str
    market_id: UUID | None
    customer_group: str
    priority: int
    starts_at: datetime
    ends_at: datetime | None

    @property
    def rank(self) -> ListRank:
        return ListRank(
            code=self.code,
            priority=self.priority,
            is_of_group=bool(self.customer_group),
            is_of_market=self.market_id is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A price on record: what, from which quantity on, when, and in which list if in any."""

    amount_minor: int
    compare_at_minor: int | None
    min_quantity: int
    valid_from: datetime
    valid_until: datetime | None
    price_list: ListTerms | None = None


def candidates(
    prices: Sequence[Recorded], *, market: MarketTerms, at: datetime, customer_group: str = ""
) -> Iterator[Candidate]:
    """Those of a variant's prices in the market's currency that may win at a moment."""
    for price in prices:
        in_list = price.price_list
        if not _holds(price.valid_from, price.valid_until, at):
            continue
        if in_list is not None and not (
            _holds(in_list.starts_at, in_list.ends_at, at)
            and in_list.market_id in (None, market.id)
            and in_list.customer_group in ("", customer_group)
        ):
            continue
        yield Candidate(
            amount_minor=price.amount_minor,
            compare_at_minor=price.compare_at_minor,
            min_quantity=price.min_quantity,
            price_list=in_list.rank if in_list else None,
        )


def in_force(
    prices: Sequence[Recorded], *, market: MarketTerms, since: datetime, until: datetime
) -> list[Period]:
    """What one unit cost everybody from `since` to `until`, in order; a gap: it was not sold.

    Neighbours that cost the same are one period.
    """
    edges = {since, until}
    for price in prices:
        edges |= {price.valid_from, price.valid_until or until}
        if price.price_list:
            edges |= {price.price_list.starts_at, price.price_list.ends_at or until}
    moments = sorted(x for x in edges if since <= x <= until)

    periods: list[Period] = []
    for begin, end in pairwise(moments):
        found = resolve(candidates(prices, market=market, at=begin), units=1)
        if found is None:
            continue
        last = periods[-1] if periods else None
        if last and (last.valid_until, last.amount_minor, last.compare_at_minor) == (
            *(begin, found.amount_minor, found.compare_at_minor),
        ):
            begin = last.valid_from  # noqa: PLW2901 - the period goes on
            periods.pop()
        periods.append(
            Period(
                amount_minor=found.amount_minor,
                compare_at_minor=found.compare_at_minor,
                valid_from=begin,
                valid_until=end,
            )
        )
    return periods


def lowest_before_reduction(periods: Sequence[Period], *, at: datetime) -> int | None:
    """The lowest price of the 30 days before the reduction in force at `at` began.

    `periods` are those of `in_force`, in order. A reduction is announced by a price to compare
    with; it goes on while the amount stays. None: nothing is announced, or it was not sold before.
    """
    known = [x for x in periods if x.valid_from <= at]
    if not known or not _holds(known[-1].valid_from, known[-1].valid_until, at):
        return None
    present = known.pop()
    if present.compare_at_minor is None:
        return None
    began = present.valid_from
    while known and _continues(known[-1], present, began):
        began = known.pop().valid_from
    return min(
        (
            x.amount_minor
            for x in known
            if x.valid_until is not None and x.valid_until > began - LOOK_BACK
        ),
        default=None,
    )


def _continues(earlier: Period, present: Period, began: datetime) -> bool:
    """Whether the same reduction was announced just before, beside another regular price."""
    return (
        earlier.valid_until == began
        and earlier.compare_at_minor is not None
        and earlier.amount_minor == present.amount_minor
    )


def _holds(begin: datetime, end: datetime | None, at: datetime) -> bool:
    return begin <= at and (end is None or end > at)
