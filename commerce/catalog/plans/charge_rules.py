"""The rules that charges and phases of a plan must keep, so that pricing them can never fail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from commerce.catalog.interface.dto import Cadence, Charge, ChargeModel, PlanPhase, Tier
from commerce.catalog.plans.period_price import MINIMUM, SETUP
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products.drafts import TITLE_MAX, InvalidField

CODE: Final = r"[a-z0-9][a-z0-9_-]{0,49}"
# More than any price list has, and little enough to be copied into every subscription.
CHARGES_MAX: Final = 20
TIERS_MAX: Final = 50
PHASES_MAX: Final = 12
PHASE_PERIODS_MAX: Final = 3650
FREE_EVENTS_MAX: Final = 1000
UNITS_MAX: Final = Decimal(10) ** 15
# A billionth of a cent: finer than any meter.
DECIMALS_MAX: Final = 9

_TIERED: Final = (ChargeModel.GRADUATED, ChargeModel.VOLUME, ChargeModel.STAIRSTEP)
_HUNDRED: Final = Decimal(100)


def problems_of_charges(charges: Sequence[Charge]) -> Iterator[InvalidField]:
    if len(charges) > CHARGES_MAX:
        yield _problem("charges", f"at most {CHARGES_MAX}")
    codes = [charge.code for charge in charges]
    if len(set(codes)) < len(codes) or {SETUP, MINIMUM} & set(codes):
        yield _problem("charges.code", f"each its own, and neither {SETUP} nor {MINIMUM}")
    for charge in charges:
        yield from _problems_of(charge)


def problems_of_phases(phases: Sequence[PlanPhase]) -> Iterator[InvalidField]:
    if len(phases) > PHASES_MAX:
        yield _problem("phases", f"at most {PHASES_MAX}")
    for phase in phases:
        if not 1 <= phase.periods <= PHASE_PERIODS_MAX:
            yield _problem("phases.periods", f"from 1 to {PHASE_PERIODS_MAX}")
        if len(phase.title) > TITLE_MAX or "\x00" in phase.title:
            yield _problem("phases.title", f"at most {TITLE_MAX} characters, none of them null")
        if (phase.percent_off is None) == (phase.price_minor is None):
            yield _problem("phases", "either a percentage off or a price")
        elif phase.percent_off is not None and not _is_percent(phase.percent_off):
            yield _problem("phases.percent_off", "from 0 to 100")
        elif phase.price_minor is not None and not 0 <= phase.price_minor <= AMOUNT_MAX:
            yield _problem("phases.price_minor", f"from 0 to {AMOUNT_MAX} minor units")


def _problems_of(charge: Charge) -> Iterator[InvalidField]:
    if not re.fullmatch(CODE, charge.code):
        yield _problem("charges.code", "small letters, digits, hyphens and underscores")
    if not 1 <= len(charge.title.strip()) <= TITLE_MAX or "\x00" in charge.title:
        yield _problem("charges.title", f"1 to {TITLE_MAX} characters, none of them null")
    if (charge.meter is not None) != (charge.cadence is Cadence.METERED):
        yield _problem("charges.meter", "metered charges have one, and only they")
    elif charge.meter is not None and not re.fullmatch(CODE, charge.meter):
        yield _problem("charges.meter", "small letters, digits, hyphens and underscores")
    is_percentage = charge.model is ChargeModel.PERCENTAGE
    if charge.cadence is Cadence.METERED and charge.model is ChargeModel.FLAT:
        yield _problem("charges.model", "flat amounts recur, and are not metered")
    if charge.cadence is Cadence.RECURRING and is_percentage:
        yield _problem("charges.model", "a percentage is of a metered amount")
    if not _is_amount(charge.unit_minor):
        yield _problem("charges.unit_minor", f"from 0 to {AMOUNT_MAX} minor units")
    if not _is_percent(charge.percent) or (charge.percent and not is_percentage):
        yield _problem("charges.percent", "from 0 to 100, of a percentage")
    if not _is_count(charge.included_units):
        yield _problem("charges.included_units", f"from 0 to {UNITS_MAX}")
    if not 0 <= charge.free_events <= (FREE_EVENTS_MAX if is_percentage else 0):
        yield _problem("charges.free_events", f"at most {FREE_EVENTS_MAX}, of a percentage")
    if not 0 <= charge.minimum_minor <= AMOUNT_MAX:
        yield _problem("charges.minimum_minor", f"from 0 to {AMOUNT_MAX} minor units")
    if charge.maximum_minor is not None and not (
        charge.minimum_minor <= charge.maximum_minor <= AMOUNT_MAX
    ):
        yield _problem("charges.maximum_minor", "not below the minimum")
    yield from _problems_of_package(charge)
    yield from _problems_of_tiers(charge)


def _problems_of_package(charge: Charge) -> Iterator[InvalidField]:
    if (charge.package_size is not None) != (charge.model is ChargeModel.PACKAGE):
        yield _problem("charges.package_size", "packages have one, and only they")
    elif charge.package_size is not None and not _is_size(charge.package_size):
        yield _problem("charges.package_size", "above 0")


def _problems_of_tiers(charge: Charge) -> Iterator[InvalidField]:
    tiers = charge.tiers
    may_have = (*_TIERED, ChargeModel.PERCENTAGE)
    if (charge.model in _TIERED and not tiers) or (charge.model not in may_have and tiers):
        yield _problem("charges.tiers", "graduated, volume and stairstep prices have them")
    if tiers and (charge.unit_minor or charge.percent or charge.free_events):
        yield _problem("charges.tiers", "with tiers, prices stand in them alone")
    if len(tiers) > TIERS_MAX:
        yield _problem("charges.tiers", f"at most {TIERS_MAX}")
    bounds = [tier.up_to for tier in tiers[:-1]]
    if tiers and tiers[-1].up_to is not None:
        yield _problem("charges.tiers.up_to", "the last tier has no end")
    above = Decimal(0)
    for bound in bounds:
        if bound is None or not _is_count(bound) or bound <= above:
            yield _problem("charges.tiers.up_to", "each above the one before")
            break
        above = bound
    for tier in tiers:
        yield from _problems_of_tier(tier, charge.model)


def _problems_of_tier(tier: Tier, model: ChargeModel) -> Iterator[InvalidField]:
    if not _is_amount(tier.unit_minor) or not 0 <= tier.flat_minor <= AMOUNT_MAX:
        yield _problem("charges.tiers", f"amounts from 0 to {AMOUNT_MAX} minor units")
    has_units = model in (ChargeModel.GRADUATED, ChargeModel.VOLUME)
    if (tier.unit_minor or tier.package_size is not None) and not has_units:
        yield _problem("charges.tiers", f"{model} tiers have no price of a unit")
    if tier.package_size is not None and not _is_size(tier.package_size):
        yield _problem("charges.tiers.package_size", "above 0")
    if not _is_percent(tier.percent) or (tier.percent and model is not ChargeModel.PERCENTAGE):
        yield _problem("charges.tiers.percent", "from 0 to 100, of a percentage")


def _is_amount(value: Decimal) -> bool:
    return _is_fine(value) and 0 <= value <= AMOUNT_MAX


def _is_count(value: Decimal) -> bool:
    return _is_fine(value) and 0 <= value <= UNITS_MAX


def _is_size(value: Decimal) -> bool:
    return _is_count(value) and value > 0


def _is_percent(value: Decimal) -> bool:
    return _is_fine(value) and 0 <= value <= _HUNDRED


def _is_fine(value: Decimal) -> bool:
    """A number at all, and not one whose digits would have to be counted in pages."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -DECIMALS_MAX <= exponent <= len(str(UNITS_MAX))


def _problem(field: str, problem: str) -> InvalidField:
    return InvalidField(field=field, problem=problem)
