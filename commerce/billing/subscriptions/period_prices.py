"""What the next periods cost on terms that only the catalog can price, asked before any lock."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from commerce.billing.subscriptions.periods import Schedule
from commerce.catalog.interface import services as catalog
from commerce.shared.codec import from_plain, to_plain
from commerce.shared.money import Money
from commerce.shared.sweeping import outcome_of


class PricedState(NamedTuple):
    """What a price was asked for. A row that has moved on since is priced anew by the next run."""

    plan_version: int
    quantity: int
    periods_billed: int
    current_period_end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What a period costs before tax: units at a price, and charges with their explanation."""

    unit_price: Money
    charged: Money
    charges: Sequence[Any]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPrice:
    """The catalog's answer for one subscription, or why there is none."""

    state: PricedState
    amounts: Amounts | None = None
    failure: Exception | None = None


def needs_catalog(terms: catalog.PlanTerms) -> bool:
    """Tell whether a period costs more, or less, than units at a price."""
    return bool(
        terms.charges
        or terms.phases
        or terms.setup_fee_minor
        or terms.minimum_minor
        or terms.anchor_day
    )


# One statement for a batch; those on plain terms, nearly all, are not even read.
_LOAD = """
    SELECT s.id, s.terms::text, s.plan_version, s.quantity, s.periods_billed, s.current_period_end,
           s.anchor_date, s.interval_unit, s.interval_count, s.time_zone
      FROM billing_subscription s
     WHERE s.id = ANY(%s) AND s.terms IS NOT NULL AND s.next_billing_at IS NOT NULL
"""


def price_next_periods(ids: Sequence[UUID]) -> dict[UUID, NextPrice]:
    """Price the next period of each subscription whose terms are more than units at a price.

    Whatever is wrong with one stays with that one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [list(ids)])
        rows = cursor.fetchall()
    return {row[0]: _next_price(*row[1:]) for row in rows}


def _next_price(
    terms: str,
    plan_version: int,
    quantity: int,
    periods_billed: int,
    current_period_end: datetime,
    *calendar: Any,
) -> NextPrice:
    state = PricedState(plan_version, quantity, periods_billed, current_period_end)
    anchor_date, unit, count, zone = calendar
    schedule = Schedule(anchor_date=anchor_date, unit=unit, count=count, zone=zone)
    amounts = outcome_of(functools.partial(price_next, terms, state=state, schedule=schedule))
    if isinstance(amounts, Exception):  # the renewal sets this row aside, and says why
        return NextPrice(state=state, failure=amounts)
    return NextPrice(state=state, amounts=amounts)


def price_next(terms: str, *, state: PricedState, schedule: Schedule) -> Amounts:
    """Price the period after the one that was billed last; the first after a trial may be short."""
    part = schedule.days_of(schedule.period_after(state.current_period_end))
    return _price_agreed(terms, state.quantity, state.periods_billed, part.days, part.of_days)


@functools.lru_cache(maxsize=10_000)
def _price_agreed(
    terms: str, quantity: int, period: int, days: int = 1, of_days: int = 1
) -> Amounts:
    """Price a period of terms as they are stored, once for the many who agreed to the same."""
    price = catalog.price_period(
        terms=_read(terms), quantity=quantity, period=period, days=days, of_days=of_days
    )
    return Amounts(
        unit_price=price.unit_price,
        charged=price.total - price.unit_price * quantity,
        charges=to_plain(price.charges),
        total=price.total,
    )


@functools.lru_cache(maxsize=1_000)
def _read(terms: str) -> catalog.PlanTerms:
    found: Mapping[str, Any] = orjson.loads(terms)
    return from_plain(catalog.PlanTerms, found)
