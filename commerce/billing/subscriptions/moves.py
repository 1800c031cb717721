"""What moving one subscription to newer terms comes to: pure, but for asking the catalog's prices."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from commerce.billing.subscriptions.period_prices import PricedState, needs_catalog, price_next
from commerce.billing.subscriptions.periods import Schedule
from commerce.catalog.interface.services import PlanTerms
from commerce.shared.codec import from_plain, to_plain
from commerce.shared.money import Money

OTHER_CURRENCY = "no_price_in_currency"
OTHER_DELIVERY = "delivers_something_else"
OTHER_INTERVAL = "other_interval"
# Something went wrong with this one; the log and Sentry have it under its id.
FAILED = "failed"


class Held(NamedTuple):
    """A subscription on older terms of the plan."""

    id: UUID
    plan_version: int
    terms: str | None
    unit_price_minor: int
    currency: str
    quantity: int
    periods_billed: int
    kind: str
    sku: str | None
    feature: str | None
    interval_unit: str
    interval_count: int
    current_period_end: datetime
    anchor_date: date
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The terms one gets, as they are stored, and what the next period costs before and after."""

    held: Held
    terms: str | None
    title: str
    unit_price_minor: int
    before: Money
    after: Money


def move_of(held: Held, offered: Mapping[str, PlanTerms]) -> Move | str:
    """Decide on one: its new terms, or the reason why it keeps the old ones.

    A migration changes what is paid. What is delivered, and how often, was agreed with the
    customer, and is changed with them.
    """
    terms = offered.get(held.currency)
    if terms is None or terms.price is None:
        return OTHER_CURRENCY
    if (held.kind, held.sku, held.feature) != (terms.kind, terms.sku, terms.feature):
        return OTHER_DELIVERY
    if (held.interval_unit, held.interval_count) != (terms.interval_unit, terms.interval_count):
        return OTHER_INTERVAL

    stored = _kept(terms, held.terms)
    return Move(
        held=held,
        terms=stored,
        title=terms.title,
        unit_price_minor=terms.price.minor,
        before=_price(held, held.terms, held.unit_price_minor),
        after=_price(held, stored, terms.price.minor),
    )


@functools.lru_cache(maxsize=1_000)
def _kept(terms: PlanTerms, held_terms: str | None) -> str | None:
    """Keep the setup fee and the day of the month that were agreed; None: units at a price."""
    old: Mapping[str, Any] = orjson.loads(held_terms) if held_terms else {}
    kept = replace(
        terms,
        setup_fee_minor=old.get("setup_fee_minor", 0),
        anchor_day=old.get("anchor_day"),
    )
    return orjson.dumps(to_plain(kept)).decode() if needs_catalog(kept) else None


def _price(held: Held, terms: str | None, unit_price_minor: int) -> Money:
    if terms is None:
        return Money(unit_price_minor, held.currency) * held.quantity
    state = PricedState(
        held.plan_version, held.quantity, held.periods_billed, held.current_period_end
    )
    schedule = Schedule(
        anchor_date=held.anchor_date,
        unit=held.interval_unit,
        count=held.interval_count,
        zone=held.time_zone,
    )
    return price_next(terms, state=state, schedule=schedule).total


def read_offered(stored: Mapping[str, Any]) -> dict[str, PlanTerms]:
    return {currency: from_plain(PlanTerms, terms) for currency, terms in stored.items()}
