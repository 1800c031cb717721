"""The shapes in which checkouts answer: each with the function that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from rest_framework import serializers

from commerce.billing.api import goods_shapes, promotion_shapes, shapes
from commerce.billing.checkout.complete_checkout import Completed
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.promotions import promotions_in
from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions.models import Subscription
from commerce.catalog.interface import services as catalog
from commerce.fulfilment.interface.services import DeliveryOption
from commerce.shared import ids
from commerce.shared.api.serializers import MoneyOutput, Output, many


class CheckoutLineOutput(Output):
    id = serializers.CharField(help_text="`cl_…`")
    sku = serializers.CharField(allow_null=True)
    plan = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput()
    charges = shapes.ChargeOutput(many=True, help_text="What a plan costs beside its units.")
    discount = MoneyOutput()
    tax = MoneyOutput()
    total = MoneyOutput(help_text="With tax, without delivery.")
    discounts = promotion_shapes.DiscountOutput(
        many=True, help_text="What `discount` is made of, to the cent."
    )
    is_gift = serializers.BooleanField(help_text="A promotion has added it.")
    components = goods_shapes.ComponentOutput(many=True, help_text="Empty: no bundle.")
    grants = goods_shapes.grants()
    made_to_order_days = goods_shapes.made_to_order_days()


def _line(row: CheckoutLine) -> dict[str, Any]:
    return {
        "id": ids.encode("cl", row.id),
        "sku": row.sku,
        "plan": row.plan,
        "title": row.title,
        "quantity": row.quantity,
        "unit_price": shapes.money_of(row.unit_price),
        "charges": row.charges,
        "discount": shapes.money_of(row.discount),
        "tax": shapes.money_of(row.tax),
        "total": shapes.money_of(row.total),
        "discounts": [promotion_shapes.discount(x) for x in row.discounts],
        "is_gift": row.is_gift,
        **goods_shapes.shown(row),
    }


class EstimateOutput(Output):
    days_min = serializers.IntegerField(help_text="Working days.")
    days_max = serializers.IntegerField(help_text="Working days.")


class DeliveryOptionOutput(Output):
    code = serializers.CharField()
    title = serializers.CharField()
    price = MoneyOutput()
    discount = MoneyOutput(help_text="What promotions take off the price.")
    estimate = EstimateOutput()


def delivery_option(option: DeliveryOption, row: Checkout) -> dict[str, Any]:
    offered = catalog.discount_delivery(
        price=option.price, promotions=promotions_in(row.promotions).delivery
    )
    return {
        "code": option.code,
        "title": option.title,
        "price": shapes.money_of(option.price),
        "discount": shapes.money_of(offered.price - offered.total),
        "estimate": {"days_min": option.days_min, "days_max": option.days_max},
    }


class DeliveryOptionsOutput(Output):
    data = many(DeliveryOptionOutput)


class CheckoutOutput(Output):
    id = serializers.CharField(help_text="`chk_…`")
    status = serializers.ChoiceField(choices=Checkout.Status.values)
    version = serializers.IntegerField(help_text="Also the ETag.")
    email = serializers.EmailField()
    currency = serializers.CharField(help_text="ISO 4217 code.")
    expires_at = serializers.DateTimeField()
    shipping_address = shapes.AddressOutput(allow_null=True)
    delivery_option = serializers.CharField(allow_null=True)
    promotion_codes = serializers.ListField(child=serializers.CharField())
    promotions = promotion_shapes.UsedPromotionOutput(many=True)
    delivery_discounts = promotion_shapes.DiscountOutput(
        many=True, help_text="Of the chosen delivery; `totals.delivery` is what is left."
    )
    refused_promotions = promotion_shapes.RefusedPromotionOutput(
        many=True, help_text="What was asked for, or is within reach, and changes nothing."
    )
    lines = CheckoutLineOutput(many=True)
    delivery_options = DeliveryOptionOutput(many=True)
    totals = shapes.TotalsOutput()


def checkout(
    row: Checkout, lines: Sequence[CheckoutLine], options: Sequence[DeliveryOption]
) -> dict[str, Any]:
    return {
        "id": ids.encode("chk", row.id),
        "status": row.status,
        "version": row.version,
        "email": row.email,
        "currency": row.currency,
        "expires_at": row.expires_at,
        "shipping_address": shapes.address(row.shipping_address),
        "delivery_option": row.delivery_option or None,
        "promotion_codes": row.promotion_codes,
        "promotions": [promotion_shapes.used_promotion(x) for x in row.promotions.get("used", ())],
        "delivery_discounts": [
            promotion_shapes.discount(x) for x in row.promotions.get("delivery_discounts", ())
        ],
        "refused_promotions": [
            promotion_shapes.refused_promotion(x) for x in row.promotions.get("refused", ())
        ],
        "lines": [_line(line) for line in lines],
        "delivery_options": [delivery_option(option, row) for option in options],
        "totals": shapes.totals(row),
    }


class StartedCheckoutOutput(CheckoutOutput):
    client_secret = serializers.CharField(
        help_text="Opens this checkout and its order; shown once, stored nowhere."
    )


class CompletedOrderOutput(shapes.OrderOutput):
    lines = shapes.OrderLineOutput(many=True)
    subscriptions = serializers.ListField(child=serializers.CharField(), help_text="`sub_…`")


class CompletedOutput(Output):
    status = serializers.ChoiceField(
        choices=["completed", "requires_action", "processing"],
        help_text="`processing`: nobody knows yet how the payment ends; poll the order.",
    )
    order = CompletedOrderOutput()
    payment = shapes.PaymentOutput(allow_null=True, help_text="None where nothing was to pay.")


def completed(done: Completed) -> dict[str, Any]:
    attempt = done.attempt
    prefetch_related_objects([line for line in done.lines if line.is_bundle], "components")
    has_plans = any(line.plan for line in done.lines)
    subscriptions = (
        Subscription.objects.filter(order_line__order=done.order).order_by("pk")
        if has_plans
        else []
    )
    return {
        "status": _status(attempt),
        "order": shapes.order(done.order)
        | {
            "lines": [shapes.order_line(line) for line in done.lines],
            "subscriptions": [ids.encode("sub", row.id) for row in subscriptions],
        },
        "payment": attempt and shapes.payment(attempt.payment, next_action=attempt.next_action),
    }


def _status(attempt: Attempt | None) -> str:
    if attempt is None or attempt.status == Attempt.Status.SUCCEEDED:
        return "completed"
    if attempt.status == Attempt.Status.REQUIRES_ACTION:
        return "requires_action"
    return "processing"
