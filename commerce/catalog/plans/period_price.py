"""What a period of a plan costs: units, charges, phases, setup fee and minimum in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from commerce.catalog.interface.dto import (
    Cadence,
    PartKind,
    PeriodPrice,
    PlanPhase,
    PlanTerms,
    RatedCharge,
    RatedPart,
    Usage,
    UsagePrice,
)
from commerce.catalog.plans.charges import rate, reduced
from commerce.shared.money import Money

# Codes of what is added by itself; no charge of a plan may have them.
SETUP: Final = "setup_fee"
MINIMUM: Final = "minimum"


def price_period(
    *, terms: PlanTerms, quantity: int, period: int, days: int = 1, of_days: int = 1
) -> PeriodPrice:
    """Price everything of a period that is known before it begins. `period` 0 is the first paid one.

    A phase and a short period (`days` of `of_days`) change the price of one unit, which is
    rounded there, so that an invoice line is still a quantity times a price. What is left of a
    plan's minimum is added here only where nothing is metered; otherwise `price_usage` does.

    Raises:
        ValueError: the terms name no price.
    """
    unit_price, kept, share = _unit_price(terms, period, Fraction(days, of_days))
    currency = unit_price.currency
    units = Usage(quantity=Decimal(quantity))
    charges = [
        reduced(rate(charge, units, currency=currency), kept=kept, share=share)
        for charge in terms.charges
        if charge.cadence is Cadence.RECURRING
    ]
    if not any(charge.cadence is Cadence.METERED for charge in terms.charges):
        so_far = unit_price * quantity + _sum(charges, currency)
        charges += _up_to_minimum(terms, so_far, kept * share)
    if period == 0 and terms.setup_fee_minor:
        fee = Money(terms.setup_fee_minor, currency)
        charges.append(_single(SETUP, "Setup fee", PartKind.FLAT, fee))
    return PeriodPrice(
        unit_price=unit_price,
        quantity=quantity,
        charges=tuple(charge for charge in charges if charge.amount),
        total=unit_price * quantity + _sum(charges, currency),
    )


def price_usage(
    *,
    terms: PlanTerms,
    quantity: int,
    period: int,
    usage: Mapping[str, Usage],
    days: int = 1,
    of_days: int = 1,
) -> UsagePrice:
    """Price what the meters counted in a period, once it is over; no usage is a usage of nothing.

    A phase takes its share of it. The days of a short period do not: its usage was counted in
    them. What then is still missing to the plan's minimum is added.
    """
    unit_price, kept, share = _unit_price(terms, period, Fraction(days, of_days))
    currency = unit_price.currency
    nothing = Usage(quantity=Decimal(0))
    charges = [
        reduced(
            rate(charge, usage.get(charge.meter or "", nothing), currency=currency),
            kept=kept,
            share=Fraction(1),
        )
        for charge in terms.charges
        if charge.cadence is Cadence.METERED
    ]
    if charges:
        billed = price_period(
            terms=terms, quantity=quantity, period=period, days=days, of_days=of_days
        )
        recurring = [charge for charge in billed.charges if charge.code != SETUP]
        so_far = unit_price * quantity + _sum([*recurring, *charges], currency)
        charges += _up_to_minimum(terms, so_far, kept * share)
    return UsagePrice(
        charges=tuple(charge for charge in charges if charge.amount),
        total=_sum(charges, currency),
    )


def phase_of(phases: Iterable[PlanPhase], period: int) -> PlanPhase | None:
    """Find the phase that a period lies in; None: all are over, and the plan's own price holds."""
    for phase in phases:
        if period < phase.periods:
            return phase
        period -= phase.periods
    return None


def _unit_price(terms: PlanTerms, period: int, share: Fraction) -> tuple[Money, Fraction, Fraction]:
    """Give the price of a unit, and what a phase and the days leave of everything else."""
    if terms.price is None:
        raise ValueError(f"{terms.code} v{terms.version} names no price")
    phase = phase_of(terms.phases, period)
    price, kept = terms.price, Fraction(1)
    if phase and phase.price_minor is not None:
        price = Money(phase.price_minor, price.currency)
    if phase and phase.percent_off is not None:
        kept = 1 - Fraction(phase.percent_off) / 100
    return price.times(kept * share), kept, share


def _up_to_minimum(terms: PlanTerms, so_far: Money, factor: Fraction) -> list[RatedCharge]:
    missing = Money(terms.minimum_minor, so_far.currency).times(factor) - so_far
    if missing.minor <= 0:
        return []
    return [_single(MINIMUM, "Minimum commitment", PartKind.MINIMUM, missing)]


def _single(code: str, title: str, kind: PartKind, amount: Money) -> RatedCharge:
    part = RatedPart(kind=kind, amount=amount)
    return RatedCharge(code=code, title=title, amount=amount, parts=(part,))


def _sum(charges: Iterable[RatedCharge], currency: str) -> Money:
    return Money.sum((charge.amount for charge in charges), currency=currency)
