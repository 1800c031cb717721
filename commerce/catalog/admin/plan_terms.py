"""How the terms of a plan are read from a filled-in form, and how they stand in it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from commerce.catalog.admin.amounts import said_amounts
from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    Tier,
)
from commerce.catalog.plans.terms import NewPlan, PlanCharges


class NotInCurrency(Exception):
    """An amount is missing in a currency, or there in one that the plan has no price in."""


class _In:
    """One of the currencies of a plan: what was typed in it, where it was typed in all of them."""

    def __init__(self, currency: str, all_of_them: Sequence[str]) -> None:
        self.currency, self._all = currency, set(all_of_them)

    def amount(self, typed: Mapping[str, Decimal]) -> Decimal | None:
        if not typed:
            return None
        if odd := sorted(typed.keys() ^ self._all):
            raise NotInCurrency(
                f"Amounts stand in the currencies of the price, all of them: look for {odd[0]}."
            )
        return typed[self.currency]

    def minor(self, typed: Mapping[str, Decimal]) -> int | None:
        amount = self.amount(typed)
        return None if amount is None else int(amount)


def terms_in(asked: Mapping[str, Any], *, code: str) -> NewPlan:
    """Read the terms from what was filled in. Raises `NotInCurrency`."""
    currencies = list(asked["prices"])
    return NewPlan(
        code=code,
        title=asked["title"],
        kind=PlanKind(asked["kind"]),
        interval_unit=IntervalUnit(asked["interval_unit"]),
        interval_count=asked["interval_count"],
        trial_days=asked["trial_days"],
        anchor_day=asked["anchor_day"],
        sku=asked["sku"] or None,
        feature=asked["feature"] or None,
        tax_category=asked["tax_category"],
        amounts_minor=_whole(asked["prices"]),
        charges_by_currency={x: _charges(asked, _In(x, currencies)) for x in currencies},
    )


def _whole(typed: Mapping[str, Decimal]) -> dict[str, int]:
    return {currency: int(minor) for currency, minor in typed.items()}


def _charges(asked: Mapping[str, Any], one: _In) -> PlanCharges:
    return PlanCharges(
        setup_fee_minor=one.minor(asked["setup_fee"]) or 0,
        minimum_minor=one.minor(asked["minimum"]) or 0,
        charges=tuple(_charge(row, one) for row in asked["charges"]),
        phases=tuple(
            PlanPhase(
                periods=row["periods"],
                title=row["title"],
                percent_off=row["percent_off"],
                price_minor=one.minor(row["price"]),
            )
            for row in asked["phases"]
        ),
    )


def _charge(row: Mapping[str, Any], one: _In) -> Charge:
    return Charge(
        code=row["code"],
        title=row["title"],
        model=ChargeModel(row["model"]),
        cadence=Cadence(row["cadence"]),
        meter=row["meter"] or None,
        unit_minor=one.amount(row["unit"]) or Decimal(0),
        package_size=row["package_size"],
        percent=row["percent"] or Decimal(0),
        tiers=tuple(
            Tier(
                up_to=tier["up_to"],
                unit_minor=one.amount(tier["unit"]) or Decimal(0),
                flat_minor=one.minor(tier["flat"]) or 0,
                percent=tier["percent"] or Decimal(0),
                package_size=tier["package_size"],
            )
            for tier in row["tiers"]
        ),
        included_units=row["included_units"] or Decimal(0),
        free_events=row["free_events"] or 0,
        flat_at_zero=row["flat_at_zero"],
        minimum_minor=one.minor(row["minimum"]) or 0,
        maximum_minor=one.minor(row["maximum"]),
    )


# How terms stand in the form. Amounts are told currency by currency, all else by the first one.


def as_filled_in(terms: NewPlan) -> dict[str, Any]:
    beside = {currency: terms.charges_in(currency) for currency in terms.amounts_minor}
    first = next(iter(beside.values()))
    return {
        "title": terms.title,
        "kind": terms.kind.value,
        "sku": terms.sku or "",
        "feature": terms.feature or "",
        "tax_category": terms.tax_category,
        "interval_count": terms.interval_count,
        "interval_unit": terms.interval_unit.value,
        "trial_days": terms.trial_days,
        "anchor_day": terms.anchor_day,
        "prices": said_amounts(terms.amounts_minor),
        "setup_fee": _said_if_any({x: y.setup_fee_minor for x, y in beside.items()}),
        "minimum": _said_if_any({x: y.minimum_minor for x, y in beside.items()}),
        "charges": [
            _charge_row({currency: x.charges[i] for currency, x in beside.items()})
            for i in range(len(first.charges))
        ],
        "phases": [
            {
                "periods": phase.periods,
                "title": phase.title,
                "percent_off": phase.percent_off,
                "price": _said({x: y.phases[i].price_minor for x, y in beside.items()}),
            }
            for i, phase in enumerate(first.phases)
        ],
    }


def _charge_row(charges: Mapping[str, Charge]) -> dict[str, Any]:
    first = next(iter(charges.values()))
    tiers = {currency: charge.tiers for currency, charge in charges.items()}
    return {
        "code": first.code,
        "title": first.title,
        "model": first.model.value,
        "cadence": first.cadence.value,
        "meter": first.meter or "",
        "unit": _said_if_any({x: y.unit_minor for x, y in charges.items()}),
        "package_size": first.package_size,
        "percent": first.percent or None,
        "included_units": first.included_units or None,
        "free_events": first.free_events or None,
        "minimum": _said_if_any({x: y.minimum_minor for x, y in charges.items()}),
        "maximum": _said({x: y.maximum_minor for x, y in charges.items()}),
        "flat_at_zero": first.flat_at_zero,
        "tiers": [
            {
                "up_to": tier.up_to,
                "unit": _said_if_any({x: y[i].unit_minor for x, y in tiers.items() if y[i:]}),
                "flat": _said_if_any({x: y[i].flat_minor for x, y in tiers.items() if y[i:]}),
                "percent": tier.percent or None,
                "package_size": tier.package_size,
            }
            for i, tier in enumerate(first.tiers)
        ],
    }


def _said(minor_by_currency: Mapping[str, Decimal | int | None]) -> str:
    """Amounts, or nothing where there are none in any currency."""
    return said_amounts({x: minor for x, minor in minor_by_currency.items() if minor is not None})


def _said_if_any(minor_by_currency: Mapping[str, Decimal | int]) -> str:
    """Amounts that are zero unless somebody says so: nothing where all of them are."""
    return said_amounts(minor_by_currency) if any(minor_by_currency.values()) else ""


def is_alike(terms: NewPlan) -> bool:
    """Whether currencies differ in amounts alone."""
    first, *others = (_without_amounts(terms.charges_in(x)) for x in terms.amounts_minor)
    return all(other == first for other in others)


def _without_amounts(beside: PlanCharges) -> PlanCharges:
    return PlanCharges(
        charges=tuple(
            replace(
                charge,
                unit_minor=Decimal(0),
                minimum_minor=0,
                maximum_minor=None,
                tiers=tuple(replace(x, unit_minor=Decimal(0), flat_minor=0) for x in charge.tiers),
            )
            for charge in beside.charges
        ),
        phases=tuple(replace(phase, price_minor=None) for phase in beside.phases),
    )
