"""What staff send and get about promotions; the OpenAPI description is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.api.shapes import money
from commerce.catalog.interface.dto import LineDiscount, Quote, QuotedLine
from commerce.catalog.promotions import drafts
from commerce.catalog.promotions.candidates import Reason
from commerce.catalog.promotions.create_coupons import COUNT_MAX
from commerce.catalog.promotions.drafts import NewPromotion
from commerce.catalog.promotions.models import (
    Coupon,
    Promotion,
    PromotionStatus,
    Redemption,
    RedemptionStatus,
)
from commerce.catalog.promotions.queries import terms_of
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyInput,
    MoneyOutput,
    Output,
    PageOutput,
    PublicIdField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    many,
)
from commerce.shared.ids import encode
from commerce.shared.money import Money

CODES_AT_ONCE_MAX = 10_000
LINES_MAX = 100
QUANTITY_MAX = 10_000


def _names() -> serializers.ListField:
    return serializers.ListField(
        child=StrictCharField(max_length=drafts.NAME_MAX),
        max_length=drafts.NAMES_MAX,
        required=False,
    )


def _units(largest: int, **more: Any) -> StrictIntegerField:
    return StrictIntegerField(min_value=1, max_value=largest, required=False, **more)


# In.


class SelectionInput(Input):
    """Lines by any of these names; nothing named: all goods."""

    skus = _names()
    products = serializers.ListField(
        child=PublicIdField("prod"), max_length=drafts.NAMES_MAX, required=False
    )
    categories = _names()
    collections = _names()
    plans = _names()


@extend_schema_field({"type": "string", "pattern": f"^{drafts.PERCENT}$"})
class PercentField(StrictCharField):
    """A percentage as text, so that no client rounds it."""

    def to_internal_value(self, data: Any) -> Decimal:  # type: ignore[override]  # what is made of the text
        text = super().to_internal_value(data)
        if not re.fullmatch(drafts.PERCENT, text):
            self.fail("invalid")
        return Decimal(text)


class TermsInput(Input):
    effect = serializers.ChoiceField(choices=[x.value for x in Effect])
    percent = PercentField(required=False, help_text="A decimal as text: `12.5`.")
    amount = MoneyInput(required=False, help_text="What is taken off, or what it costs instead.")
    cap = MoneyInput(required=False, help_text="At most this in one order.")
    quantity = _units(drafts.UNITS_MAX, help_text="Of one set, or of the gift.")
    buy_quantity = _units(drafts.UNITS_MAX)
    get_quantity = _units(drafts.UNITS_MAX)
    sets_max = _units(drafts.UNITS_MAX)
    gift_sku = StrictCharField(max_length=64, required=False)
    targets = SelectionInput(required=False)
    excluded = SelectionInput(required=False)
    buys = SelectionInput(required=False)
    minimum_total = MoneyInput(required=False)
    minimum_quantity = StrictIntegerField(min_value=0, max_value=drafts.LIMIT_MAX, required=False)
    customer_groups = _names()
    markets = _names()
    first_order_only = StrictBooleanField(required=False)


class PromotionChangesInput(Input):
    """What is not sent stays; `terms` are the complete new ones."""

    title = StrictCharField(max_length=drafts.TITLE_MAX, required=False)
    lane = serializers.ChoiceField(choices=[x.value for x in Lane], required=False)
    terms = TermsInput(required=False)
    priority = StrictIntegerField(
        min_value=-drafts.PRIORITY_MAX, max_value=drafts.PRIORITY_MAX, required=False
    )
    group = StrictCharField(max_length=drafts.GROUP_MAX, required=False, allow_blank=True)
    stops_lane = StrictBooleanField(required=False)
    needs_code = StrictBooleanField(required=False)
    currency = CurrencyField(required=False, allow_null=True)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    limit_total = _units(drafts.LIMIT_MAX, allow_null=True)
    limit_per_customer = _units(drafts.LIMIT_MAX, allow_null=True)
    budget = MoneyInput(required=False, allow_null=True)


class PromotionInput(PromotionChangesInput):
    """A draft; nobody gets it until it is activated."""

    title = StrictCharField(max_length=drafts.TITLE_MAX)
    lane = serializers.ChoiceField(choices=[x.value for x in Lane])
    terms = TermsInput()


def promotion_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what was read into the words of `NewPromotion`."""
    made = dict(values)
    if "lane" in made:
        made["lane"] = Lane(made["lane"])
    if "terms" in made:
        made["terms"] = _terms(made["terms"])
    return made


def _terms(values: Mapping[str, Any]) -> Terms:
    made = {**values, "effect": Effect(values["effect"])}
    for name in ("targets", "excluded", "buys"):
        if name in made:
            made[name] = Selection(**made[name])
    return Terms(**made)


class CouponsInput(Input):
    """Either `codes`, or a `count` of drawn ones."""

    codes = serializers.ListField(
        child=StrictCharField(max_length=64), max_length=CODES_AT_ONCE_MAX, required=False
    )
    count = _units(COUNT_MAX)
    prefix = StrictCharField(max_length=40, required=False, help_text="Before each drawn code.")
    limit_total = _units(drafts.LIMIT_MAX, help_text="Of each code.")
    limit_per_customer = _units(drafts.LIMIT_MAX, help_text="Of each code.")


class DisableCouponsInput(Input):
    """Without `codes`, all of the promotion."""

    codes = serializers.ListField(
        child=StrictCharField(max_length=64), max_length=CODES_AT_ONCE_MAX, required=False
    )


class ExplainLineInput(Input):
    sku = StrictCharField(max_length=100, required=False)
    plan = StrictCharField(max_length=100, required=False)
    quantity = StrictIntegerField(min_value=1, max_value=QUANTITY_MAX)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("sku" in attrs) == ("plan" in attrs):
            raise serializers.ValidationError("A line names a sku or a plan.", code="one_of")
        return attrs


class ExplainInput(Input):
    currency = CurrencyField()
    lines = serializers.ListField(child=ExplainLineInput(), allow_empty=False, max_length=LINES_MAX)
    country = StrictCharField(max_length=2, required=False, help_text="ISO 3166-1 alpha-2.")
    promotion_codes = serializers.ListField(
        child=StrictCharField(max_length=64), max_length=10, required=False
    )
    customer_group = StrictCharField(max_length=60, required=False)
    is_first_order = StrictBooleanField(required=False)
    at = serializers.DateTimeField(required=False, help_text="Now, where it is missing.")


# Out.


class SelectionOutput(Output):
    skus = serializers.ListField(child=serializers.CharField())
    products = serializers.ListField(child=serializers.CharField(), help_text="`prod_…`")
    categories = serializers.ListField(child=serializers.CharField())
    collections = serializers.ListField(child=serializers.CharField())
    plans = serializers.ListField(child=serializers.CharField())


class TermsOutput(Output):
    effect = serializers.ChoiceField(choices=[x.value for x in Effect])
    percent = serializers.CharField(allow_null=True)
    amount = MoneyOutput(allow_null=True)
    cap = MoneyOutput(allow_null=True)
    quantity = serializers.IntegerField()
    buy_quantity = serializers.IntegerField()
    get_quantity = serializers.IntegerField()
    sets_max = serializers.IntegerField(allow_null=True)
    gift_sku = serializers.CharField(allow_null=True)
    targets = SelectionOutput()
    excluded = SelectionOutput()
    buys = SelectionOutput()
    minimum_total = MoneyOutput(allow_null=True)
    minimum_quantity = serializers.IntegerField()
    customer_groups = serializers.ListField(child=serializers.CharField())
    markets = serializers.ListField(child=serializers.CharField())
    first_order_only = serializers.BooleanField()


class PromotionOutput(Output):
    id = serializers.CharField(help_text="`promo_…`")
    version = serializers.IntegerField(help_text="Also the ETag.")
    status = serializers.ChoiceField(choices=PromotionStatus.values)
    title = serializers.CharField()
    lane = serializers.ChoiceField(choices=[x.value for x in Lane])
    terms = TermsOutput()
    priority = serializers.IntegerField()
    group = serializers.CharField(allow_blank=True)
    stops_lane = serializers.BooleanField()
    needs_code = serializers.BooleanField()
    currency = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    limit_total = serializers.IntegerField(allow_null=True)
    limit_per_customer = serializers.IntegerField(allow_null=True)
    budget = MoneyOutput(allow_null=True)
    times_used = serializers.IntegerField(help_text="Held and confirmed.")
    spent = MoneyOutput(allow_null=True, help_text="Held and confirmed, in its one currency.")
    created_at = serializers.DateTimeField()


def promotion(row: Promotion) -> dict[str, Any]:
    terms = terms_of(row)
    in_its_currency = row.currency and money(Money(row.spent_minor, row.currency))
    budget = None
    if row.currency and row.budget_minor is not None:
        budget = money(Money(row.budget_minor, row.currency))
    same = {
        x.name: getattr(row, x.name)
        for x in fields(NewPromotion)
        if x.name not in ("terms", "budget")
    }
    return same | {
        "id": encode("promo", row.pk),
        "version": row.version,
        "status": row.status,
        "terms": {x.name: _plain(getattr(terms, x.name)) for x in fields(terms)},
        "budget": budget,
        "times_used": row.times_used,
        "spent": in_its_currency,
        "created_at": row.created_at,
    }


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return money(value)
        case Decimal():
            return str(value)
        case Effect():
            return value.value
        case Selection():
            named = {x.name: list(getattr(value, x.name)) for x in fields(value)}
            return named | {"products": [encode("prod", x) for x in value.products]}
    return value


class PromotionPageOutput(PageOutput):
    data = many(PromotionOutput)


class CouponOutput(Output):
    code = serializers.CharField()
    limit_total = serializers.IntegerField(allow_null=True)
    limit_per_customer = serializers.IntegerField(allow_null=True)
    times_used = serializers.IntegerField(help_text="Held and confirmed.")
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)


def coupon(row: Coupon) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in (
            *("code", "limit_total", "limit_per_customer"),
            *("times_used", "created_at", "disabled_at"),
        )
    }


class CouponPageOutput(PageOutput):
    data = many(CouponOutput)


class CreatedCouponsOutput(Output):
    codes = serializers.ListField(child=serializers.CharField())


class DisabledCouponsOutput(Output):
    disabled = serializers.IntegerField(help_text="How many were not disabled before.")


class RedemptionOutput(Output):
    reference = serializers.CharField(help_text="The checkout's.")
    code = serializers.CharField(allow_null=True)
    amount = MoneyOutput()
    status = serializers.ChoiceField(choices=RedemptionStatus.values)
    held_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Of a hold that nobody comes back for.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


def redemption(row: Redemption) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "code": row.coupon.code if row.coupon else None,
        "amount": money(row.amount),
        "status": row.status,
        "held_at": row.held_at,
        "expires_at": row.expires_at,
        "confirmed_at": row.confirmed_at,
        "released_at": row.released_at,
    }


class RedemptionPageOutput(PageOutput):
    data = many(RedemptionOutput)


class ExplainedDiscountOutput(Output):
    promotion = serializers.CharField(help_text="`promo_…`")
    title = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    base = MoneyOutput(help_text="What the line cost when this promotion came to it.")
    amount = MoneyOutput()
    why = serializers.CharField()


class ExplainedLineOutput(Output):
    sku = serializers.CharField(allow_null=True)
    plan = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput()
    discounts = ExplainedDiscountOutput(many=True)
    total = MoneyOutput(help_text="Unit price × quantity + charges of a plan − discounts.")
    is_gift = serializers.BooleanField()


class ExplainedRefusalOutput(Output):
    title = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(choices=[x.value for x in Reason])


class ExplainedDeliveryOutput(Output):
    promotion = serializers.CharField(help_text="`promo_…`")
    title = serializers.CharField()
    code = serializers.CharField(allow_null=True)


class ExplanationOutput(Output):
    lines = ExplainedLineOutput(many=True)
    total = MoneyOutput()
    delivery_promotions = ExplainedDeliveryOutput(many=True)
    refused_promotions = ExplainedRefusalOutput(many=True)


def explanation(quote: Quote) -> dict[str, Any]:
    return {
        "lines": [_explained(line) for line in quote.lines],
        "total": money(quote.total),
        "delivery_promotions": [
            {"promotion": encode("promo", x.promotion_id), "title": x.title, "code": x.code}
            for x in quote.delivery_promotions
        ],
        "refused_promotions": [
            {"title": x.title, "code": x.code, "reason": x.reason} for x in quote.refused_promotions
        ],
    }


def _explained(line: QuotedLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "plan": line.plan.code if line.plan else None,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "discounts": [_discount(x) for x in line.discounts],
        "total": money(line.total),
        "is_gift": line.is_gift,
    }


def _discount(discount: LineDiscount) -> dict[str, Any]:
    return {
        "promotion": encode("promo", discount.promotion_id),
        "title": discount.title,
        "code": discount.code,
        "base": money(discount.base or discount.amount),
        "amount": money(discount.amount),
        "why": discount.why,
    }
