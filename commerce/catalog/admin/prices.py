"""Prices: what each variant has cost, costs and will cost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from commerce.catalog.pricing.models import AMOUNT_MAX, Price
from commerce.catalog.products.models import Variant
from commerce.shared.admin import (
    ActForm,
    MomentField,
    StaffAdmin,
    StaffInline,
    exact,
    link,
    money,
)
from commerce.shared.money import EXPONENTS, Money


class PriceForm(ActForm):
    """A price in major units, from now or from a day that is still to come."""

    audited = ("price", "valid_from", "valid_until")

    currency = forms.CharField(min_length=3, max_length=3, help_text="ISO 4217, such as USD.")
    amount = forms.DecimalField(min_value=0, max_digits=15, help_text="With tax left out.")
    valid_from = MomentField(required=False, help_text="UTC. Empty: from now on.")
    valid_until = MomentField(
        required=False, help_text="UTC, exclusive. Empty: until the next price that is planned."
    )

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        latest = row.prices.order_by("-valid_from").first()
        self.initial["currency"] = latest.currency if latest else ""
        return {}

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code not in EXPONENTS:
            raise forms.ValidationError("There is no such currency.")
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "currency" in cleaned and "amount" in cleaned:
            price = Money.from_decimal(cleaned["amount"], cleaned["currency"])
            if price.to_decimal() != cleaned["amount"]:
                self.add_error("amount", "This currency has no such fractions.")
            if price.minor > AMOUNT_MAX:
                self.add_error("amount", f"At most {Money(AMOUNT_MAX, price.currency)}.")
            cleaned["price"] = price
        return cleaned


class PriceInline(StaffInline):
    model = Price
    fields = (money("amount", "price"), "valid_from", "valid_until")
    ordering = ("-valid_from", "-pk")


@admin.register(Price)
class PriceAdmin(StaffAdmin[Price]):
    roles = ("catalog", "support", "finance")
    icon = "sell"
    find_by = (exact("variant__sku"),)
    search_help_text = "SKU"
    list_display = (money("amount", "price"), link("variant", "SKU"), "valid_from", "valid_until")
    list_select_related = ("variant",)
    fields = (
        link("variant", "SKU"),
        money("amount", "price"),
        "valid_from",
        "valid_until",
        "created_at",
    )
