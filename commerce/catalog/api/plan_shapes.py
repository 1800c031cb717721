"""What plans look like over REST. Inside a price, amounts are in minor units of its currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.interface.dto import (
    Cadence,
    Charge,
    ChargeModel,
    IntervalUnit,
    PlanKind,
    PlanPhase,
    Tier,
)
from commerce.catalog.plans import charge_rules, terms
from commerce.catalog.plans.models import PlanStatus
from commerce.catalog.plans.terms import NewPlan, PlanCharges
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products import drafts
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyOutput,
    Output,
    PageOutput,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    many,
)

DECIMAL: Final = r"[0-9]{1,16}(\.[0-9]{1,9})?"

KINDS: Final = [x.value for x in PlanKind]
UNITS: Final = [x.value for x in IntervalUnit]
MODELS: Final = [x.value for x in ChargeModel]
CADENCES: Final = [x.value for x in Cadence]


@extend_schema_field({"type": "string", "pattern": f"^{DECIMAL}$"})
class DecimalTextField(serializers.Field[Decimal, Any, Any, Any]):
    """A decimal as text: `"0.05"` of a cent is exact, and no JSON reader makes it another number."""

    default_error_messages = {"invalid": "A decimal number as text, with at most 9 decimals."}

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(DECIMAL, data, re.ASCII):
            self.fail("invalid")
        return Decimal(data)

    def to_representation(self, value: Any) -> Any:
        return value


class TierShape(Input):
    up_to = DecimalTextField(
        required=False, allow_null=True, help_text="Inclusive; null for the last: all that follow."
    )
    unit_minor = DecimalTextField(required=False, help_text="Minor units for one, also parts.")
    flat_minor = StrictIntegerField(
        required=False, min_value=0, max_value=AMOUNT_MAX, help_text="Once the tier is reached."
    )
    percent = DecimalTextField(required=False)
    package_size = DecimalTextField(
        required=False, allow_null=True, help_text="Units come in packages; a begun one counts."
    )


class ChargeShape(Input):
    code = StrictCharField(max_length=50)
    title = StrictCharField(max_length=drafts.TITLE_MAX)
    model = serializers.ChoiceField(choices=MODELS)
    cadence = serializers.ChoiceField(
        choices=CADENCES, required=False, help_text="Metered: for what was used, afterwards."
    )
    meter = StrictCharField(required=False, allow_null=True, max_length=50)
    unit_minor = DecimalTextField(
        required=False, help_text="Minor units, also parts: of the period, a unit, package, event."
    )
    package_size = DecimalTextField(required=False, allow_null=True)
    percent = DecimalTextField(required=False)
    tiers = serializers.ListField(
        child=TierShape(), required=False, max_length=charge_rules.TIERS_MAX
    )
    included_units = DecimalTextField(required=False, help_text="Not charged for.")
    free_events = StrictIntegerField(
        required=False, min_value=0, max_value=charge_rules.FREE_EVENTS_MAX
    )
    flat_at_zero = StrictBooleanField(
        required=False, help_text="The first tier's flat amount is due without any use."
    )
    minimum_minor = StrictIntegerField(required=False, min_value=0, max_value=AMOUNT_MAX)
    maximum_minor = StrictIntegerField(
        required=False, allow_null=True, min_value=0, max_value=AMOUNT_MAX
    )


class PhaseShape(Input):
    periods = StrictIntegerField(min_value=1, max_value=charge_rules.PHASE_PERIODS_MAX)
    title = StrictCharField(required=False, allow_blank=True, max_length=drafts.TITLE_MAX)
    percent_off = DecimalTextField(required=False, allow_null=True)
    price_minor = StrictIntegerField(
        required=False, allow_null=True, min_value=0, max_value=AMOUNT_MAX
    )


class PlanPriceInput(Input):
    currency = CurrencyField()
    amount_minor = StrictIntegerField(
        min_value=0, max_value=AMOUNT_MAX, help_text="Of one unit and one period."
    )
    setup_fee_minor = StrictIntegerField(
        required=False, min_value=0, max_value=AMOUNT_MAX, help_text="With the first paid period."
    )
    minimum_minor = StrictIntegerField(
        required=False, min_value=0, max_value=AMOUNT_MAX, help_text="A period comes to at least."
    )
    charges = serializers.ListField(
        child=ChargeShape(), required=False, max_length=charge_rules.CHARGES_MAX
    )
    phases = serializers.ListField(
        child=PhaseShape(), required=False, max_length=charge_rules.PHASES_MAX
    )


class PlanTermsInput(Input):
    title = StrictCharField(max_length=drafts.TITLE_MAX)
    kind = serializers.ChoiceField(choices=KINDS)
    interval_unit = serializers.ChoiceField(choices=UNITS)
    interval_count = StrictIntegerField(required=False, min_value=1, max_value=3650)
    trial_days = StrictIntegerField(required=False, min_value=0, max_value=terms.TRIAL_DAYS_MAX)
    anchor_day = StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=terms.ANCHOR_DAY_MAX,
        help_text="Periods begin on this day of the month; the first one is shorter.",
    )
    sku = StrictCharField(required=False, allow_null=True, max_length=64)
    feature = StrictCharField(required=False, allow_null=True, max_length=100)
    tax_category = StrictCharField(required=False, max_length=40)
    prices = serializers.ListField(
        child=PlanPriceInput(), min_length=1, max_length=100, help_text="One for each currency."
    )


class PlanInput(PlanTermsInput):
    code = StrictCharField(max_length=terms.CODE_MAX, help_text="What a checkout will name.")


class PlanTermsOutput(Output):
    version = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    interval_unit = serializers.ChoiceField(choices=UNITS)
    interval_count = serializers.IntegerField()
    trial_days = serializers.IntegerField()
    anchor_day = serializers.IntegerField(
        allow_null=True, help_text="Periods begin on this day of the month; null: of the first."
    )
    sku = serializers.CharField(allow_null=True, help_text="Delivered each period: goods.")
    feature = serializers.CharField(allow_null=True, help_text="What access is granted to.")


class PlanOutput(PlanTermsOutput):
    id = serializers.CharField(help_text="`plan_…`")
    code = serializers.CharField(help_text="What a checkout names.")
    price = MoneyOutput(help_text="Of one unit and one period, in `currency`.")
    setup_fee = MoneyOutput(help_text="With the first period that is paid for.")
    minimum = MoneyOutput(help_text="What a period comes to at least, the setup fee aside.")
    charges = ChargeShape(many=True, help_text="What a period costs beside its units.")
    phases = PhaseShape(many=True, help_text="How the first periods differ.")


class PlanPageOutput(PageOutput):
    data = many(PlanOutput)


class PlanVersionOutput(PlanTermsOutput):
    tax_category = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    prices = PlanPriceInput(many=True)


class PlanVersionPageOutput(PageOutput):
    data = many(PlanVersionOutput)


class PlanDetailOutput(Output):
    id = serializers.CharField(help_text="`plan_…`")
    code = serializers.CharField()
    status = serializers.ChoiceField(choices=PlanStatus.values)
    published_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    newest = PlanVersionOutput(help_text="The terms written last; offered once published.")


def new_plan(values: Mapping[str, Any], *, code: str) -> NewPlan:
    """Make terms of a checked body."""
    facts = {name: value for name, value in values.items() if name not in ("code", "prices")}
    prices = {price["currency"]: price for price in values["prices"]}
    if len(prices) < len(values["prices"]):
        raise drafts.InvalidField(field="prices", problem="each currency once")
    return NewPlan(
        **facts
        | {
            "code": code,
            "kind": PlanKind(values["kind"]),
            "interval_unit": IntervalUnit(values["interval_unit"]),
            "amounts_minor": {x: price["amount_minor"] for x, price in prices.items()},
            "charges_by_currency": {x: _charges(price) for x, price in prices.items()},
        }
    )


def _charges(price: Mapping[str, Any]) -> PlanCharges:
    return PlanCharges(
        setup_fee_minor=price.get("setup_fee_minor", 0),
        minimum_minor=price.get("minimum_minor", 0),
        charges=tuple(_charge(charge) for charge in price.get("charges", [])),
        phases=tuple(PlanPhase(**phase) for phase in price.get("phases", [])),
    )


def _charge(values: Mapping[str, Any]) -> Charge:
    return Charge(
        **dict(values)
        | {
            "model": ChargeModel(values["model"]),
            "cadence": Cadence(values.get("cadence", Cadence.RECURRING)),
            "tiers": tuple(Tier(**tier) for tier in values.get("tiers", [])),
        }
    )
