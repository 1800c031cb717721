"""Customers: one page with everything about somebody who pays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import F, Sum

from commerce.billing.admin.columns import ACCOUNT, ORDER, TOTAL
from commerce.billing.customers.models import Address, Customer, PaymentMethod
from commerce.billing.invoices.models import Invoice
from commerce.billing.orders.models import Order
from commerce.billing.payments.models import Payment
from commerce.billing.subscriptions.models import Subscription
from commerce.shared.admin import (
    NOTHING,
    StaffAdmin,
    StaffInline,
    belonging_to,
    email,
    exact,
    flag,
    link,
    money,
    page,
    public_id,
    state,
)
from commerce.shared.money import Money


class OrderInline(StaffInline):
    model = Order
    fields = (
        page("number", "order"),
        state(),
        state("payment_status", "payment"),
        state("fulfilment_status", "fulfilment"),
        TOTAL,
        "placed_at",
    )
    ordering = ("-pk",)


class SubscriptionInline(StaffInline):
    model = Subscription
    fields = (
        page("title", "subscription"),
        state(),
        money("unit_price", "per unit and period"),
        "quantity",
        "next_billing_at",
        flag("cancel_at_period_end", "ends with the period"),
    )
    ordering = ("-pk",)


class InvoiceInline(StaffInline):
    model = Invoice
    fields = (page("number", "invoice"), state(), TOTAL, money("paid"), "finalized_at", "due_at")
    ordering = ("-pk",)


class PaymentInline(StaffInline):
    model = Payment
    fields = (
        page("amount", "payment"),
        state(),
        ORDER,
        money("refunded"),
        "created_at",
        "succeeded_at",
    )
    ordering = ("-pk",)


class CardInline(StaffInline):
    """What we know of a card: enough to recognize it. Nobody here can see its number."""

    model = PaymentMethod
    verbose_name_plural = "cards"
    fields = (
        "brand",
        "last4",
        "expires",
        flag("is_default", "default"),
        "created_at",
        "removed_at",
    )
    ordering = ("-is_default", "-pk")

    def expires(self, card: PaymentMethod) -> str:
        return f"{card.exp_month:02}/{card.exp_year}"


class AddressInline(StaffInline):
    model = Address
    verbose_name_plural = "addresses"
    fields = ("name", "line1", "line2", "postal_code", "city", "region", "country", "phone")


@admin.register(Customer)
class CustomerAdmin(StaffAdmin[Customer]):
    roles = ("support", "finance")
    icon = "group"
    prefix = "cus"
    find_by = (email(), exact("stripe_customer_id"), belonging_to("user_id", "usr"))
    search_help_text = "E-mail, the provider's id, usr_… or cus_…"
    list_display = ("email", "name", ACCOUNT, "created_at")
    fields = (
        public_id("cus"),
        "email",
        "name",
        ACCOUNT,
        "worth",
        "owed",
        "stripe_customer_id",
        "time_zone",
        link("test_clock"),
        "created_at",
    )
    inlines = (
        OrderInline,
        SubscriptionInline,
        InvoiceInline,
        PaymentInline,
        CardInline,
        AddressInline,
    )

    @admin.display(description="paid, less what went back")
    def worth(self, customer: Customer) -> str:
        return _by_currency(
            Payment.objects.filter(customer=customer)
            .order_by("currency")
            .values_list("currency")
            .annotate(minor=Sum(F("captured_minor") - F("refunded_minor")))
        )

    @admin.display(description="owed")
    def owed(self, customer: Customer) -> str:
        return _by_currency(
            Invoice.objects.filter(customer=customer, status=Invoice.Status.OPEN)
            .order_by("currency")
            .values_list("currency")
            .annotate(minor=Sum(F("total_minor") - F("credited_minor") - F("paid_minor")))
        )


def _by_currency(sums: Iterable[Any]) -> str:
    return ", ".join(str(Money(minor, currency)) for currency, minor in sums) or NOTHING
