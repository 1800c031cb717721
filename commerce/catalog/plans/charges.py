"""What a charge comes to: pure, exact, and with every cent explained.

Amounts are reckoned as fractions and rounded half up at two named points: each charge as a whole,
and once more where a phase or a short period takes a share of it. The parts of a charge are
rounded so that they add up to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, takewhile
from typing import Final

from commerce.catalog.interface.dto import (
    Charge,
    ChargeModel,
    PartKind,
    RatedCharge,
    RatedPart,
    Tier,
    Usage,
)
from commerce.shared.money import Money

_PERCENT: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part before it is rounded: `quantity` at `rate` comes to `exact`."""

    kind: PartKind
    quantity: Decimal
    rate: Decimal
    exact: Fraction


def rate(charge: Charge, usage: Usage, *, currency: str) -> RatedCharge:
    """Rate a quantity, between the charge's minimum and its maximum."""
    parts = _rounded(list(_usage_parts(charge, usage)), currency)
    used = sum(part.amount.minor for part in parts)
    if used < charge.minimum_minor:
        parts.append(_limit(PartKind.MINIMUM, charge.minimum_minor - used, currency))
    elif charge.maximum_minor is not None and used > charge.maximum_minor:
        parts.append(_limit(PartKind.MAXIMUM, charge.maximum_minor - used, currency))
    return _charged(charge, parts, currency)


def rate_more(charge: Charge, usage: Usage, *, after: Usage, currency: str) -> RatedCharge:
    """Rate what has come since `after` was billed, of `usage` in all: the difference, kind by kind.

    Billing in steps therefore comes to the same as billing once.
    """
    before, now = (rate(charge, x, currency=currency).parts for x in (after, usage))
    difference = dict.fromkeys([*(x.kind for x in now), *(x.kind for x in before)], 0)
    for part in now:
        difference[part.kind] += part.amount.minor
    for part in before:
        difference[part.kind] -= part.amount.minor
    parts = [_limit(kind, minor, currency) for kind, minor in difference.items() if minor]
    return _charged(charge, parts, currency)


def reduced(rated: RatedCharge, *, kept: Fraction, share: Fraction) -> RatedCharge:
    """Leave what a phase has kept of a charge, and the share of a short period's days in that."""
    in_phase = rated.amount.times(kept)
    amount = rated.amount.times(kept * share)
    steps = ((PartKind.PHASE, in_phase - rated.amount), (PartKind.SHORT_PERIOD, amount - in_phase))
    taken = tuple(RatedPart(kind=kind, amount=step) for kind, step in steps if step)
    return RatedCharge(code=rated.code, title=rated.title, amount=amount, parts=rated.parts + taken)


def _usage_parts(charge: Charge, usage: Usage) -> Iterator[_Part]:
    units = max(usage.quantity - charge.included_units, Decimal(0))
    match charge.model:
        case ChargeModel.FLAT:
            yield _at(PartKind.FLAT, Decimal(1), charge.unit_minor)
        case ChargeModel.PER_UNIT:
            yield _at(PartKind.UNITS, units, charge.unit_minor)
        case ChargeModel.PACKAGE:
            yield _packages(units, charge.unit_minor, charge.package_size)
        case ChargeModel.PERCENTAGE if not charge.tiers:
            yield from _percentage(charge, usage)
        case ChargeModel.GRADUATED | ChargeModel.PERCENTAGE:
            for tier, reached in _tiers_reached(charge, units):
                yield from _tier_parts(tier, reached)
        case ChargeModel.VOLUME | ChargeModel.STAIRSTEP:
            for tier, _ in _tiers_reached(charge, units)[-1:]:
                yield from _tier_parts(tier, units)


def _tiers_reached(charge: Charge, units: Decimal) -> list[tuple[Tier, Decimal]]:
    """List the tiers a quantity reaches, each with the units of it that fall in there."""
    if units == 0:
        # "From one unit on" is what people mean by a tier's flat amount, unless the price says so.
        return [(charge.tiers[0], units)] if charge.flat_at_zero else []
    reached, above = [], Decimal(0)
    for tier in charge.tiers:
        upper = units if tier.up_to is None else min(units, tier.up_to)
        reached.append((tier, upper - above))
        above = upper
        if above == units:
            break
    return reached


def _tier_parts(tier: Tier, units: Decimal) -> Iterator[_Part]:
    if tier.package_size is not None:
        yield _packages(units, tier.unit_minor, tier.package_size)
    else:
        yield _at(PartKind.UNITS, units, tier.unit_minor)
    yield _percent(units, tier.percent)
    yield _at(PartKind.FLAT, Decimal(1), Decimal(tier.flat_minor))


def _percentage(charge: Charge, usage: Usage) -> Iterator[_Part]:
    """A share of what is above the included amount, and a price for each event above the free ones."""
    totals = list(accumulate(usage.first_amounts))[: charge.free_events]
    included = charge.included_units
    if charge.free_events:
        # The free events are those that the included amount covers; where only events are free,
        # what they come to is.
        whole = totals[-1] if totals else Decimal(0)
        included = min(included, whole) if included else whole
    free = sum(1 for _ in takewhile(lambda total: total <= included, totals))
    yield _percent(max(usage.quantity - included, Decimal(0)), charge.percent)
    events = Decimal(max(usage.events - free, 0))
    yield _at(PartKind.EVENTS, events, charge.unit_minor)


def _at(kind: PartKind, quantity: Decimal, each: Decimal) -> _Part:
    return _Part(kind, quantity, each, Fraction(quantity) * Fraction(each))


def _packages(units: Decimal, each: Decimal, size: Decimal | None) -> _Part:
    if size is None:
        raise ValueError("packages of no size")
    return _at(PartKind.PACKAGES, Decimal(math.ceil(Fraction(units) / Fraction(size))), each)


def _percent(quantity: Decimal, percent: Decimal) -> _Part:
    exact = Fraction(quantity) * Fraction(percent) * _PERCENT
    return _Part(PartKind.PERCENT, quantity, percent, exact)


def _rounded(parts: list[_Part], currency: str) -> list[RatedPart]:
    """Round the running total and give each part what it adds: the sum is the whole, rounded once."""
    unit, exact, minor, rounded = Money(1, currency), Fraction(0), 0, []
    for part in parts:
        if not part.exact:
            continue
        exact += part.exact
        total = unit.times(exact).minor
        amount = Money(total - minor, currency)
        rounded.append(
            RatedPart(kind=part.kind, amount=amount, quantity=part.quantity, rate=part.rate)
        )
        minor = total
    return rounded


def _limit(kind: PartKind, minor: int, currency: str) -> RatedPart:
    return RatedPart(kind=kind, amount=Money(minor, currency))


def _charged(charge: Charge, parts: list[RatedPart], currency: str) -> RatedCharge:
    amount = Money.sum((part.amount for part in parts), currency=currency)
    return RatedCharge(code=charge.code, title=charge.title, amount=amount, parts=tuple(parts))
