"""What a person fills in about a plan: its rhythm, its prices, its charges, and its first periods."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from commerce.catalog.admin.amounts import AmountsField
from commerce.catalog.admin.plan_terms import NotInCurrency, as_filled_in, is_alike, terms_in
from commerce.catalog.interface.dto import (
    Cadence,
    ChargeModel,
    IntervalUnit,
    PlanKind,
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
            self.initial |= as_filled_in(self._shown)
        return {}

    def preview(self) -> str:
        if self._shown is None or is_alike(self._shown):
            return ""
        return (
            "These terms differ by currency in more than amounts, which this form cannot say: "
            "what is sent from here is the same in every currency."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            try:
                cleaned["terms"] = terms_in(cleaned, code=self.plan_code())
            except NotInCurrency as problem:
                self.add_error(None, str(problem))
        return cleaned

    def plan_code(self) -> str:
        return str(self.row.code)


class NewPlanForm(PlanForm):
    audited: ClassVar[tuple[str, ...]] = ("code",)
    field_order = ("code",)

    code = forms.CharField(max_length=CODE_MAX, help_text="What a checkout names: mug-club.")

    def plan_code(self) -> str:
        return str(self.cleaned_data["code"])
