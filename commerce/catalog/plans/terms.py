"""Recurring terms in plain words, and the rules they must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from commerce.catalog.interface.dto import IntervalUnit, PlanKind
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What a subscriber gets and pays each period: goods by `sku`, or access by `feature`."""

    code: str
    title: str
    kind: PlanKind
    interval_unit: IntervalUnit
    interval_count: int = 1
    trial_days: int = 0
    sku: str | None = None
    feature: str | None = None
    tax_category: str = "general"
    """For access; goods are taxed as their variant is."""
    amounts_minor: Mapping[str, int]
    """The price of one period by currency."""


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
    if (plan.sku is not None, plan.feature is not None) != (
        plan.kind is PlanKind.GOODS,
        plan.kind is PlanKind.ACCESS,
    ):
        yield InvalidField(field="kind", problem="goods have a SKU, access has a feature")
    if plan.feature is not None and not re.fullmatch(FEATURE, plan.feature):
        yield InvalidField(field="feature", problem="small letters, digits, dots, hyphens")
    if not re.fullmatch(TAX_CATEGORY, plan.tax_category):
        yield InvalidField(field="tax_category", problem="small letters, digits, underscores")
    if not plan.amounts_minor:
        yield InvalidField(field="prices", problem="at least one")
    for currency, amount_minor in plan.amounts_minor.items():
        if currency not in EXPONENTS or not 0 <= amount_minor <= AMOUNT_MAX:
            yield InvalidField(field="prices", problem="whole minor units by ISO 4217 currency")
