"""What renewing one subscription comes to: pure, from the row it is decided on to the amounts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The next period of a subscription, and its price."""

    due: Due
    period: Period
    net: Money
    tax_percent: Decimal
    tax: Money


def renewal_of(due: Due, *, rates: TaxRates) -> Renewal:
    """Decide on the next period. It begins where the last one ended, however late this runs.

    Raises:
        TaxUnknown: no rate is entered for the country.
        ZoneInfoNotFoundError, OverflowError: no calendar has this period.
    """
    price = Money(due.unit_price_minor, due.currency) * due.quantity
    percent = rates.percent(country=due.country, category=due.tax_category)
    tax = tax_of(price, percent=percent, is_included=due.prices_include_tax)
    return Renewal(
        due=due,
        period=_period_after(
            due.anchor_date,
            due.interval_unit,
            due.interval_count,
            due.time_zone,
            due.current_period_end,
        ),
        net=price - tax if due.prices_include_tax else price,
        tax_percent=percent,
        tax=tax,
    )


@functools.lru_cache(maxsize=10_000)
def _period_after(anchor_date: date, unit: str, count: int, zone: str, end: datetime) -> Period:
    """Compute a period once for the many who share it: most of a day's renewals do."""
    schedule = Schedule(anchor_date=anchor_date, unit=unit, count=count, zone=zone)
    return schedule.period_after(end)
