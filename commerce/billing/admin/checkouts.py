"""Checkouts: what somebody is about to buy, or has left."""

from __future__ import annotations

from django.contrib import admin

from commerce.billing.admin.columns import ACCOUNT, CUSTOMER, TOTAL
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.shared.admin import (
    StaffAdmin,
    StaffInline,
    address,
    belonging_to,
    link,
    money,
    number,
    public_id,
    state,
)


class CheckoutLineInline(StaffInline):
    model = CheckoutLine
    verbose_name_plural = "lines"
    fields = (
        "sku",
        "plan",
        "title",
        "quantity",
        money("unit_price"),
        money("discount"),
        money("tax"),
        money("total"),
    )
    ordering = ("position",)
    tab = False


@admin.register(Checkout)
class CheckoutAdmin(StaffAdmin[Checkout]):
    roles = ("support",)
    icon = "shopping_cart"
    prefix = "chk"
    find_by = (number("number"), belonging_to("customer", "cus"))
    search_help_text = "Number, cus_… or chk_…"
    list_display = ("number", "email", state(), TOTAL, "created_at", "expires_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("chk"),
                    "number",
                    state(),
                    "email",
                    CUSTOMER,
                    ACCOUNT,
                    link("order", "became the order"),
                    money("items"),
                    money("discount"),
                    money("delivery"),
                    money("tax"),
                    TOTAL,
                    address("shipping_address", "ships to"),
                    "delivery_option",
                    "promotion_codes",
                )
            },
        ),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": ("version", "created_at", "updated_at", "expires_at", "completed_at"),
            },
        ),
    )
    inlines = (CheckoutLineInline,)
