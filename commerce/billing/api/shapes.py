"""The shapes billing answers in: each with the function that makes it and its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from commerce.billing.api import goods_shapes
from commerce.billing.api.promotion_shapes import (
    DiscountOutput,
    UsedPromotionOutput,
    discount,
    used_promotion,
)
from commerce.billing.invoices.models import CreditNote, Invoice, InvoiceLine
from commerce.billing.orders.models import Order, OrderLine, OrderShipment
from commerce.billing.payments.models import Attempt, Payment
from commerce.catalog.interface.services import PartKind
from commerce.shared import ids
from commerce.shared.api.serializers import MoneyOutput, Output
from commerce.shared.money import Money


def money(minor: int, currency: str) -> dict[str, object]:
    return {"amount": minor, "currency": currency}


def money_of(amount: Money) -> dict[str, object]:
    return money(amount.minor, amount.currency)


class TotalsOutput(Output):
    items = MoneyOutput(help_text="Unit prices × quantities.")
    discount = MoneyOutput()
    delivery = MoneyOutput()
    tax = MoneyOutput()
    total = MoneyOutput()
    prices_include_tax = serializers.BooleanField(
        help_text="Tax is then a part of items and delivery, and not added to the total."
    )


def totals(row: Any) -> dict[str, Any]:
    """Of a checkout or an order: they have the same columns."""
    amounts = {
        name: money(getattr(row, f"{name}_minor"), row.currency)
        for name in ("items", "discount", "delivery", "tax", "total")
    }
    return amounts | {"prices_include_tax": row.prices_include_tax}


ADDRESS_PARTS = ("name", "line1", "line2", "city", "region", "postal_code", "country", "phone")


class AddressOutput(Output):
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    region = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    phone = serializers.CharField(allow_blank=True)


def address(stored: Mapping[str, str] | None) -> dict[str, str] | None:
    """Every part of an address; what was left out is stored as nothing, and told as empty."""
    return None if stored is None else {name: stored.get(name, "") for name in ADDRESS_PARTS}


class ChargePartOutput(Output):
    kind = serializers.ChoiceField(choices=[x.value for x in PartKind])
    amount = MoneyOutput(help_text="Below zero where it takes off.")
    quantity = serializers.CharField(allow_null=True)
    rate = serializers.CharField(allow_null=True, help_text="Minor units for one, or percent.")


class ChargeOutput(Output):
    """What a plan's charge comes to; its parts add up to the amount."""

    code = serializers.CharField()
    title = serializers.CharField()
    amount = MoneyOutput()
    parts = ChargePartOutput(many=True)


# Orders.


class OrderLineOutput(Output):
    id = serializers.CharField(help_text="`ol_…`")
    sku = serializers.CharField(allow_null=True)
    plan = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput()
    charges = ChargeOutput(many=True, help_text="What a plan costs beside its units.")
    discount = MoneyOutput()
    tax = MoneyOutput()
    total = MoneyOutput()
    quantity_dispatched = serializers.IntegerField()
    quantity_canceled = serializers.IntegerField()
    quantity_returned = serializers.IntegerField()
    discounts = DiscountOutput(many=True, help_text="What `discount` is made of, to the cent.")
    is_gift = serializers.BooleanField(help_text="A promotion has added it.")
    components = goods_shapes.OrderedComponentOutput(many=True, help_text="Empty: no bundle.")
    grants = goods_shapes.grants()
    made_to_order_days = goods_shapes.made_to_order_days()


def order_line(row: OrderLine) -> dict[str, Any]:
    return {
        "id": ids.encode("ol", row.id),
        "sku": row.sku,
        "plan": row.plan,
        "title": row.title,
        "quantity": row.quantity,
        "unit_price": money_of(row.unit_price),
        "charges": row.charges,
        "discount": money_of(row.discount),
        "tax": money_of(row.tax),
        "total": money_of(row.total),
        "quantity_dispatched": row.quantity_dispatched,
        "quantity_canceled": row.quantity_canceled,
        "quantity_returned": row.quantity_returned,
        "discounts": [discount(x) for x in row.discounts],
        "is_gift": row.is_gift,
        **goods_shapes.ordered(row),
    }


class OrderOutput(Output):
    id = serializers.CharField(help_text="`ord_…`")
    number = serializers.CharField(help_text="For people.")
    status = serializers.ChoiceField(choices=Order.Status.values)
    payment_status = serializers.ChoiceField(choices=Order.PaymentStatus.values)
    fulfilment_status = serializers.ChoiceField(choices=Order.FulfilmentStatus.values)
    currency = serializers.CharField(help_text="ISO 4217 code.")
    totals = TotalsOutput()
    promotions = UsedPromotionOutput(many=True, help_text="Of the lines and of the delivery.")
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_null=True)


def order(row: Order) -> dict[str, Any]:
    return {
        "id": ids.encode("ord", row.id),
        "number": row.number,
        "status": row.status,
        "payment_status": row.payment_status,
        "fulfilment_status": row.fulfilment_status,
        "currency": row.currency,
        "totals": totals(row),
        "promotions": [used_promotion(x) for x in row.promotions],
        "placed_at": row.placed_at,
        "paid_at": row.paid_at,
        "canceled_at": row.canceled_at,
        "cancel_reason": row.cancel_reason or None,
    }


class OrderShipmentOutput(Output):
    id = serializers.CharField(help_text="`ship_…`")
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)


def order_shipment(row: OrderShipment) -> dict[str, Any]:
    return {
        "id": ids.encode("ship", row.shipment_id),
        "carrier": row.carrier,
        "tracking_number": row.tracking_number,
        "dispatched_at": row.dispatched_at,
        "delivered_at": row.delivered_at,
    }


class OrderDetailOutput(OrderOutput):
    email = serializers.EmailField()
    shipping_address = AddressOutput(allow_null=True)
    delivery_option = serializers.CharField(allow_null=True)
    lines = OrderLineOutput(many=True)
    shipments = OrderShipmentOutput(many=True)
    subscriptions = serializers.ListField(child=serializers.CharField(), help_text="`sub_…`")
    invoices = serializers.ListField(child=serializers.CharField(), help_text="`inv_…`")
    payments = serializers.ListField(child=serializers.CharField(), help_text="`pay_…`")


def order_detail(row: Order) -> dict[str, Any]:
    """The whole order; load it `with_everything` (orders/queries.py)."""
    lines = list(row.lines.all())
    return order(row) | {
        "email": row.email,
        "shipping_address": address(row.shipping_address),
        "delivery_option": row.delivery_option or None,
        "lines": [order_line(line) for line in lines],
        "shipments": [order_shipment(shipment) for shipment in row.shipments.all()],
        "subscriptions": [
            ids.encode("sub", line.subscription.id)
            for line in lines
            if hasattr(line, "subscription")
        ],
        "invoices": [ids.encode("inv", invoice.id) for invoice in row.invoices.all()],
        "payments": [ids.encode("pay", payment.id) for payment in row.payments.all()],
    }


# Payments.


class AttemptOutput(Output):
    id = serializers.CharField(help_text="`att_…`")
    status = serializers.ChoiceField(choices=Attempt.Status.values)
    decline_code = serializers.CharField(allow_null=True)
    card_brand = serializers.CharField(allow_null=True)
    card_last4 = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def attempt(row: Attempt) -> dict[str, Any]:
    return {
        "id": ids.encode("att", row.id),
        "status": row.status,
        "decline_code": row.decline_code or None,
        "card_brand": row.card_brand or None,
        "card_last4": row.card_last4 or None,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


class PaymentOutput(Output):
    id = serializers.CharField(help_text="`pay_…`")
    status = serializers.ChoiceField(choices=Payment.Status.values)
    amount = MoneyOutput()
    captured = MoneyOutput()
    refunded = MoneyOutput(help_text="Given back, or on its way back.")
    next_action = serializers.DictField(
        allow_null=True, help_text="What the customer has to do, such as 3-D Secure."
    )
    invoice = serializers.CharField(help_text="`inv_…`")
    order = serializers.CharField(allow_null=True, help_text="`ord_…`")


def payment(row: Payment, *, next_action: object = None) -> dict[str, Any]:
    return {
        "id": ids.encode("pay", row.id),
        "status": row.status,
        "amount": money_of(row.amount),
        "captured": money_of(row.captured),
        "refunded": money_of(row.refunded),
        "next_action": next_action,
        "invoice": ids.encode("inv", row.invoice_id),
        "order": ids.encode("ord", row.order_id) if row.order_id else None,
    }


class PaymentDetailOutput(PaymentOutput):
    attempts = AttemptOutput(many=True, help_text="Oldest first.")


# Invoices.


class InvoiceLineOutput(Output):
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=InvoiceLine.Kind.values)
    quantity = serializers.IntegerField()
    unit_price = MoneyOutput()
    charges = ChargeOutput(many=True, help_text="What a plan costs beside its units.")
    discount = MoneyOutput()
    net = MoneyOutput()
    tax_percent = serializers.CharField()
    tax = MoneyOutput()
    total = MoneyOutput()


def invoice_line(row: InvoiceLine) -> dict[str, Any]:
    return {
        "title": row.title,
        "kind": row.kind,
        "quantity": row.quantity,
        "unit_price": money(row.unit_price_minor, row.currency),
        "charges": row.charges,
        "discount": money(row.discount_minor, row.currency),
        "net": money_of(row.net),
        "tax_percent": f"{row.tax_percent.normalize():f}",
        "tax": money_of(row.tax),
        "total": money_of(row.total),
    }


class InvoiceOutput(Output):
    id = serializers.CharField(help_text="`inv_…`")
    number = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Invoice.Status.values)
    currency = serializers.CharField(help_text="ISO 4217 code.")
    net = MoneyOutput()
    tax = MoneyOutput()
    total = MoneyOutput()
    paid = MoneyOutput()
    credited = MoneyOutput(help_text="Sum of its credit notes.")
    due = MoneyOutput()
    order = serializers.CharField(allow_null=True, help_text="`ord_…`")
    subscription = serializers.CharField(allow_null=True, help_text="`sub_…`")
    period_start = serializers.DateTimeField(allow_null=True)
    period_end = serializers.DateTimeField(allow_null=True, help_text="Exclusive.")
    finalized_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)


def invoice(row: Invoice) -> dict[str, Any]:
    return {
        "id": ids.encode("inv", row.id),
        "number": row.number,
        "status": row.status,
        "currency": row.currency,
        "net": money_of(row.net),
        "tax": money_of(row.tax),
        "total": money_of(row.total),
        "paid": money_of(row.paid),
        "credited": money_of(row.credited),
        "due": money(row.due_minor, row.currency),
        "order": ids.encode("ord", row.order_id) if row.order_id else None,
        "subscription": ids.encode("sub", row.subscription_id) if row.subscription_id else None,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "finalized_at": row.finalized_at,
        "due_at": row.due_at,
        "paid_at": row.paid_at,
    }


class CreditNoteOutput(Output):
    id = serializers.CharField(help_text="`cn_…`")
    number = serializers.CharField()
    reason = serializers.CharField()
    total = MoneyOutput()
    issued_at = serializers.DateTimeField()


def credit_note(row: CreditNote) -> dict[str, Any]:
    return {
        "id": ids.encode("cn", row.id),
        "number": row.number,
        "reason": row.reason,
        "total": money_of(row.total),
        "issued_at": row.issued_at,
    }


class InvoiceDetailOutput(InvoiceOutput):
    lines = InvoiceLineOutput(many=True)
    credit_notes = CreditNoteOutput(many=True)
