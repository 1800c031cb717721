"""Orders: what was agreed, what has happened since, and calling it off or giving money back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.billing.admin.columns import ACCOUNT, CUSTOMER, REAL_FIRST, SUBSCRIPTION, TOTAL
from commerce.billing.admin.order_forms import CancelForm, RefundAmountForm, RefundUnitsForm
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import (
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderShipment,
    PaymentStatus,
    Status,
)
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.payments.models import Payment
from commerce.shared import ids
from commerce.shared.admin import (
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    address,
    belonging_to,
    email,
    facts,
    labels,
    link,
    money,
    number,
    page,
    public_id,
    reference,
    rows_about,
    state,
    status_filter,
    timeline,
)
from commerce.shared.money import Money

# What was paid and not given back yet can go back.
REFUNDABLE = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED)


class LineInline(StaffInline):
    model = OrderLine
    verbose_name_plural = "lines"
    fields = (
        "sku",
        "title",
        "quantity",
        money("unit_price"),
        money("discount"),
        money("tax"),
        money("total"),
        "went",
        "contents",
        reference("variant_id", "catalog.Variant", "var"),
    )
    ordering = ("position",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).prefetch_related("components")

    @admin.display(description="sent / canceled / back")
    def went(self, line: OrderLine) -> str:
        return f"{line.quantity_dispatched} / {line.quantity_canceled} / {line.quantity_returned}"

    @admin.display(description="in the bundle")
    def contents(self, line: OrderLine) -> str:
        return "; ".join(str(part) for part in line.components.all())


class InvoiceInline(StaffInline):
    model = Invoice
    fields = (page("number", "invoice"), state(), TOTAL, money("paid"), money("credited"))


class PaymentInline(StaffInline):
    model = Payment
    fields = (page("amount", "payment"), state(), money("refunded"), "created_at", "succeeded_at")


class ShipmentInline(StaffInline):
    model = OrderShipment
    verbose_name_plural = "shipments"
    fields = (
        reference("shipment_id", "fulfilment.Shipment", "ship"),
        "carrier",
        "tracking_number",
        "dispatched_at",
        "delivered_at",
    )


@admin.register(Order)
class OrderAdmin(StaffAdmin[Order]):
    roles = ("support", "finance", "warehouse")
    icon = "shopping_bag"
    prefix = "ord"
    find_by = (number("number"), email(), belonging_to("user_id", "usr"))
    search_help_text = "Number, e-mail, usr_… or ord_…"
    list_display = (
        "number",
        "email",
        state(),
        state("payment_status", "payment"),
        state("fulfilment_status", "fulfilment"),
        TOTAL,
        "placed_at",
    )
    list_filter = (
        status_filter(Status),
        status_filter(PaymentStatus, "payment_status"),
        status_filter(FulfilmentStatus, "fulfilment_status"),
        REAL_FIRST,
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("ord"),
                    "states",
                    "email",
                    CUSTOMER,
                    ACCOUNT,
                    "amounts",
                    address("shipping_address", "ships to"),
                    "delivery_option",
                    rows_about("fulfilment.FulfilmentOrder", "ord", "fulfilment order"),
                    link("checkout"),
                    SUBSCRIPTION,
                    "cancel_reason",
                    "placed_at",
                )
            },
        ),
        ("Timeline", {"classes": ["tab"], "fields": ("story",)}),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": (
                    "version",
                    "pay_by",
                    "paid_at",
                    "fulfilled_at",
                    "cancel_requested_at",
                    "canceled_at",
                ),
            },
        ),
    )
    inlines = (LineInline, InvoiceInline, PaymentInline, ShipmentInline)

    @admin.display(description="order · payment · fulfilment")
    def states(self, order: Order) -> SafeString:
        return labels(order.status, order.payment_status, order.fulfilment_status)

    @admin.display(description="money")
    def amounts(self, order: Order) -> SafeString:
        taken = Payment.objects.filter(order=order).aggregate(
            captured=Sum("captured_minor", default=0), refunded=Sum("refunded_minor", default=0)
        )
        captured, refunded = (Money(taken[x], order.currency) for x in ("captured", "refunded"))
        return facts(
            [
                ("Items", order.items),
                ("Discount", -order.discount),
                ("Delivery", order.delivery),
                ("Tax", order.tax),
                ("Total", order.total),
                ("Captured", captured),
                ("Refunded", refunded),
                ("Kept", captured - refunded),
            ]
        )

    @admin.display(description="what has happened")
    def story(self, order: Order) -> SafeString:
        rows = order.events.order_by("occurred_at", "pk")
        return timeline((event.occurred_at, event.kind, event.data) for event in rows)

    @act(
        "Refund units",
        roles=("support", "finance"),
        asks="Money for units that the customer keeps, or never got. Returns refund by themselves.",
        form=RefundUnitsForm,
        applies=lambda order: order.payment_status in REFUNDABLE,
    )
    def refund_units(self, order: Order, form: RefundUnitsForm, acting: Acting) -> str:
        refund = refund_order(
            order_id=order.pk,
            reference=str(acting.token),
            reason=form.cleaned_data["reason"],
            units_by_line=form.units_by_line(),
            with_delivery=form.cleaned_data["with_delivery"],
            now=acting.now,
        )
        return _told(refund)

    @act(
        "Refund amount",
        roles=("support", "finance"),
        asks="Goodwill: it is spread over everything that was charged.",
        form=RefundAmountForm,
        applies=lambda order: order.payment_status in REFUNDABLE,
    )
    def refund_amount(self, order: Order, form: RefundAmountForm, acting: Acting) -> str:
        refund = refund_order(
            order_id=order.pk,
            reference=str(acting.token),
            reason=form.cleaned_data["reason"],
            amount=form.cleaned_data["amount"],
            now=acting.now,
        )
        return _told(refund)

    @act(
        "Cancel",
        roles=("support",),
        asks="Nothing of it is delivered, and all that was paid goes back. This is for good.",
        form=CancelForm,
        tone="danger",
        applies=lambda order: order.status in (Status.PLACED, Status.PAID),
    )
    def cancel(self, order: Order, form: CancelForm, acting: Acting) -> str:
        canceled = cancel_order(
            order_id=order.pk, reason=form.cleaned_data["reason"], now=acting.now
        )
        return f"{canceled.number} is canceled."


def _told(refund: Any) -> str:
    return f"{refund.amount} is on its way back: {ids.encode('re', refund.pk)} is {refund.status}."
