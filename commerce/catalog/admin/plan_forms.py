"""What a person fills in about a plan: its rhythm, its prices, its charges, and its first periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from commerce.catalog.admin.amounts import AmountsField, said_amounts
from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    Tier,
)
from commerce.catalog.plans.charge_rules import (
    CHARGES_MAX,
    DECIMALS_MAX,
    FREE_EVENTS_MAX,
    PHASE_PERIODS_MAX,
    PHASES_MAX,
    TIERS_MAX,
)
from commerce.catalog.plans.models import Plan
from commerce.catalog.plans.queries import versions_of
from commerce.catalog.plans.terms import (
    ANCHOR_DAY_MAX,
    CODE_MAX,
    TRIAL_DAYS_MAX,
    NewPlan,
    PlanCharges,
)
from commerce.catalog.plans.version_rows import written_terms
from commerce.catalog.products.drafts import TITLE_MAX
from commerce.shared.admin import ActForm, RowForm, RowsField


def _choices(
    values: type[IntervalUnit | PlanKind | Cadence | ChargeModel],
) -> list[tuple[str, str]]:
    return [(x.value, x.value.replace("_", " ")) for x in values]


def _number(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=0, max_digits=25, decimal_places=DECIMALS_MAX, required=False, **kwargs
    )


class TierRow(RowForm):
    up_to = _number(help_text="With this unit; empty for the last: all that follow.")
    unit = AmountsField(has_parts=True, required=False, label="for each unit")
    flat = AmountsField(required=False, label="once reached")
    percent = _number(label="per cent")
    package_size = _number(label="units a package")


class ChargeRow(RowForm):
    """One charge, the same in every currency but for its amounts."""

    code = forms.CharField(max_length=50)
    title = forms.CharField(max_length=TITLE_MAX)
    model = forms.ChoiceField(choices=_choices(ChargeModel))
    cadence = forms.ChoiceField(choices=_choices(Cadence), help_text="Metered: for what was used.")
    meter = forms.CharField(max_length=50, required=False, help_text="Of a metered charge.")
    unit = AmountsField(
        has_parts=True,
        required=False,
        label="amount",
        help_text="Of a period, unit, package or event, also parts of a cent: 0.0005 EUR",
    )
    package_size = _number(label="units a package")
    percent = _number(label="per cent")
    included_units = _number(label="units included")
    free_events = forms.IntegerField(
        label="events free", min_value=0, max_value=FREE_EVENTS_MAX, required=False
    )
    minimum = AmountsField(required=False, label="at least")
    maximum = AmountsField(required=False, label="at most")
    flat_at_zero = forms.BooleanField(
        required=False, help_text="The first tier's flat amount is due without any use."
    )
    tiers = RowsField(TierRow, at_most=TIERS_MAX)


class PhaseRow(RowForm):
    periods = forms.IntegerField(min_value=1, max_value=PHASE_PERIODS_MAX)
    title = forms.CharField(max_length=TITLE_MAX, required=False)
    percent_off = _number(label="per cent off")
    price = AmountsField(required=False, label="or the price of a unit")


class PlanForm(ActForm):
    """Complete terms of a plan; amounts in every currency it is sold in."""

    title = forms.CharField(max_length=TITLE_MAX)
    kind = forms.ChoiceField(choices=_choices(PlanKind))
    sku = forms.CharField(
        label="SKU", max_length=64, required=False, help_text="Of goods: delivered each period."
    )
    feature = forms.CharField(
        max_length=100, required=False, help_text="Of access: what it gives access to."
    )
    tax_category = forms.CharField(max_length=40, initial="general")
    interval_count = forms.IntegerField(label="every", min_value=1, max_value=3650, initial=1)
    interval_unit = forms.ChoiceField(
        label="period", choices=_choices(IntervalUnit), initial="month"
    )
    trial_days = forms.IntegerField(min_value=0, max_value=TRIAL_DAYS_MAX, initial=0)
    anchor_day = forms.IntegerField(
        min_value=1,
        max_value=ANCHOR_DAY_MAX,
        required=False,
        help_text="Periods of months and years begin on this day; empty: on that of the first.",
    )
    prices = AmountsField(
        label="price of a unit and a period",
        help_text="In each currency it is sold in: 12.50 EUR, 14.00 USD",
    )
    setup_fee = AmountsField(required=False, help_text="Once, with the first paid period.")
    minimum = AmountsField(required=False, help_text="What a period comes to at least.")
    charges = RowsField(ChargeRow, at_most=CHARGES_MAX, as_cards=True)
    phases = RowsField(
        PhaseRow, at_most=PHASES_MAX, help_text="How the first periods differ, one after another."
    )

    def fields_for(self, row: Plan | None) -> dict[str, forms.Field]:
        self._shown = written_terms(versions_of(row.pk).latest("version")) if row else None
        if self._shown is not None:
            self.initial |= _initials(self._shown)
        return {}

    def preview(self) -> str:
        if self._shown is None or _is_alike(self._shown):
            return ""
        return (
            "These terms differ by currency in more than amounts, which this form cannot say: "
            "what is sent from here is the same in every currency."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            cleaned["terms"] = self._terms(list(cleaned["prices"]))
        return cleaned

    def plan_code(self) -> str:
        return str(self.row.code)

    def _terms(self, currencies: Sequence[str]) -> NewPlan | None:
        asked = self.cleaned_data
        try:
            return NewPlan(
                code=self.plan_code(),
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
        except _NotInCurrency as problem:
            self.add_error(None, str(problem))
            return None


class NewPlanForm(PlanForm):
    audited: ClassVar[tuple[str, ...]] = ("code",)
    field_order = ("code",)

    code = forms.CharField(max_length=CODE_MAX, help_text="What a checkout names: mug-club.")

    def plan_code(self) -> str:
        return str(self.cleaned_data["code"])


class _NotInCurrency(Exception):
    """An amount is missing in a currency, or there in one that the plan has no price in."""


class _In:
    """One of the currencies of a plan: what was typed in it, where it was typed in all of them."""

    def __init__(self, currency: str, all_of_them: Sequence[str]) -> None:
        self.currency, self._all = currency, set(all_of_them)

    def amount(self, typed: Mapping[str, Decimal]) -> Decimal | None:
        if not typed:
            return None
        if odd := sorted(typed.keys() ^ self._all):
            raise _NotInCurrency(
                f"Amounts stand in the currencies of the price, all of them: look for {odd[0]}."
            )
        return typed[self.currency]

    def minor(self, typed: Mapping[str, Decimal]) -> int | None:
        amount = self.amount(typed)
        return None if amount is None else int(amount)


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


def _initials(terms: NewPlan) -> dict[str, Any]:
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


def _is_alike(terms: NewPlan) -> bool:
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
