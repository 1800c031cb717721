"""Recurring terms in plain words, and the rules they must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from commerce.catalog.interface.dto import Charge, IntervalUnit, PlanKind, PlanPhase
from commerce.catalog.plans.charge_rules import problems_of_charges, problems_of_phases
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products.drafts import SLUG, TAX_CATEGORY, TITLE_MAX, InvalidField
from commerce.shared.money import EXPONENTS

CODE_MAX: Final = 100
FEATURE: Final = r"[a-z0-9_.-]{1,100}"
# Ten years: no law lets anybody be bound longer, and every date stays a date.
INTERVALS_MAX: Final[Mapping[IntervalUnit, int]] = {
    IntervalUnit.DAY: 3650,
    IntervalUnit.WEEK: 520,
    IntervalUnit.MONTH: 120,
    IntervalUnit.YEAR: 10,
}
TRIAL_DAYS_MAX: Final = 3650
# A day that every month has: "the 31st" would be another day in every second month.
ANCHOR_DAY_MAX: Final = 28
ANCHORED_UNITS: Final = (IntervalUnit.MONTH, IntervalUnit.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCharges:
    """What a plan costs in a currency beside the price of a unit."""

    setup_fee_minor: int = 0
    minimum_minor: int = 0
    charges: tuple[Charge, ...] = ()
    phases: tuple[PlanPhase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What a subscriber gets and pays each period: goods by `sku`, or access by `feature`."""

    code: str
    title: str
    kind: PlanKind
    interval_unit: IntervalUnit
    interval_count: int = 1
    trial_days: int = 0
    anchor_day: int | None = None
    """The day of the month on which every period begins; None: that of the first one."""
    sku: str | None = None
    feature: str | None = None
    tax_category: str = "general"
    """For access; goods are taxed as their variant is."""
    amounts_minor: Mapping[str, int]
    """The price of one unit and one period, by currency."""
    charges_by_currency: Mapping[str, PlanCharges] = field(default_factory=dict)
    """The same charges and phases in every currency, with amounts of their own."""

    def charges_in(self, currency: str) -> PlanCharges:
        return self.charges_by_currency.get(currency, PlanCharges())


def check_plan(plan: NewPlan) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems_of(plan):
        raise problem


def _problems_of(plan: NewPlan) -> Iterator[InvalidField]:
    if len(plan.code) > CODE_MAX or not re.fullmatch(SLUG, plan.code):
        yield InvalidField(field="code", problem="small letters, digits and single hyphens")
    if not 1 <= len(plan.title.strip()) <= TITLE_MAX or "\x00" in plan.title:
        yield InvalidField(field="title", problem=f"1 to {TITLE_MAX} characters, none of them null")
    if not 1 <= plan.interval_count <= INTERVALS_MAX[plan.interval_unit]:
        yield InvalidField(field="interval_count", problem="from one to as many as ten years hold")
    if not 0 <= plan.trial_days <= TRIAL_DAYS_MAX:
        yield InvalidField(field="trial_days", problem=f"from 0 to {TRIAL_DAYS_MAX}")
    if plan.anchor_day is not None and not (
        1 <= plan.anchor_day <= ANCHOR_DAY_MAX and plan.interval_unit in ANCHORED_UNITS
    ):
        problem = f"from 1 to {ANCHOR_DAY_MAX}, for months and years"
        yield InvalidField(field="anchor_day", problem=problem)
    if (plan.sku is not None, plan.feature is not None) != (
        plan.kind is PlanKind.GOODS,
        plan.kind is PlanKind.ACCESS,
    ):
        yield InvalidField(field="kind", problem="goods have a SKU, access has a feature")
    if plan.feature is not None and not re.fullmatch(FEATURE, plan.feature):
        yield InvalidField(field="feature", problem="small letters, digits, dots, hyphens")
    if not re.fullmatch(TAX_CATEGORY, plan.tax_category):
        yield InvalidField(field="tax_category", problem="small letters, digits, underscores")
    yield from _problems_of_prices(plan)


def _problems_of_prices(plan: NewPlan) -> Iterator[InvalidField]:
    if not plan.amounts_minor or plan.charges_by_currency.keys() - plan.amounts_minor.keys():
        yield InvalidField(field="prices", problem="at least one, and a price for all charges")
    for currency, amount_minor in plan.amounts_minor.items():
        beside = plan.charges_in(currency)
        amounts = (amount_minor, beside.setup_fee_minor, beside.minimum_minor)
        if currency not in EXPONENTS or not all(0 <= x <= AMOUNT_MAX for x in amounts):
            yield InvalidField(field="prices", problem="whole minor units by ISO 4217 currency")
        yield from problems_of_charges(beside.charges)
        yield from problems_of_phases(beside.phases)
    if len({_shape_of(plan.charges_in(currency)) for currency in plan.amounts_minor}) > 1:
        problem = "every currency has the same charges and phases"
        yield InvalidField(field="prices", problem=problem)


def _shape_of(beside: PlanCharges) -> object:
    """What may not depend on the currency one happens to pay in."""
    return (
        tuple((x.code, x.title, x.model, x.cadence, x.meter) for x in beside.charges),
        tuple((x.periods, x.percent_off) for x in beside.phases),
    )
