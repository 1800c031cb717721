"""What renewing one subscription comes to: pure, from the row it is decided on to the amounts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from commerce.billing.subscriptions.period_prices import Amounts, NextPrice, PricedState
from commerce.billing.subscriptions.periods import Period, Schedule
from commerce.billing.tax.rates import TaxRates, tax_of
from commerce.shared.money import Money


class Due(NamedTuple):
    """A subscription whose next period begins, and what is needed to know of its customer."""

    id: UUID
    customer_id: UUID
    user_id: UUID | None
    email: str
    present: datetime
    title: str
    tax_category: str
    country: str
    unit_price_minor: int
    prices_include_tax: bool
    quantity: int
    currency: str
    interval_unit: str
    interval_count: int
    time_zone: str
    anchor_date: date
    current_period_end: datetime
    next_billing_at: datetime
    cancel_at_period_end: bool
    feature: str | None
    plan_version: int
    periods_billed: int
    has_terms: bool

    @property
    def state(self) -> PricedState:
        return PricedState(
            self.plan_version, self.quantity, self.periods_billed, self.current_period_end
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The next period of a subscription, and its price."""

    due: Due
    period: Period
    amounts: Amounts
    net: Money
    tax_percent: Decimal
    tax: Money


def renewal_of(due: Due, *, price: NextPrice | None, rates: TaxRates) -> Renewal:
    """Decide on the next period. It begins where the last one ended, however late this runs.

    `price`: what the catalog says, of a subscription that `has_terms`.

    Raises:
        What the catalog could not price it for.
        TaxUnknown: no rate is entered for the country.
        ZoneInfoNotFoundError, OverflowError: no calendar has this period.
    """
    amounts = _amounts(due, price)
    percent = rates.percent(country=due.country, category=due.tax_category)
    tax = tax_of(amounts.total, percent=percent, is_included=due.prices_include_tax)
    return Renewal(
        due=due,
        period=_period_after(
            due.anchor_date,
            due.interval_unit,
            due.interval_count,
            due.time_zone,
            due.current_period_end,
        ),
        amounts=amounts,
        net=amounts.total - tax if due.prices_include_tax else amounts.total,
        tax_percent=percent,
        tax=tax,
    )


def _amounts(due: Due, price: NextPrice | None) -> Amounts:
    if price is not None:
        if price.amounts is None:
            raise price.failure or ValueError("neither a price nor a reason")
        return price.amounts
    unit_price = Money(due.unit_price_minor, due.currency)
    return Amounts(
        unit_price=unit_price,
        charged=Money.zero(due.currency),
        charges=(),
        total=unit_price * due.quantity,
    )


@functools.lru_cache(maxsize=10_000)
def _period_after(anchor_date: date, unit: str, count: int, zone: str, end: datetime) -> Period:
    """Compute a period once for the many who share it: most of a day's renewals do."""
    schedule = Schedule(anchor_date=anchor_date, unit=unit, count=count, zone=zone)
    return schedule.period_after(end)
