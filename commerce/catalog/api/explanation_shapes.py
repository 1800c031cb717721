"""Why somebody would get this price: the question and the answer, every cent of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.catalog.api.shapes import money
from commerce.catalog.interface.dto import LineDiscount, Quote, QuotedLine
from commerce.catalog.promotions.candidates import Reason
from commerce.shared.api.serializers import (
    CurrencyField,
    Input,
    MoneyOutput,
    Output,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from commerce.shared.ids import encode

LINES_MAX = 100
QUANTITY_MAX = 10_000


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
