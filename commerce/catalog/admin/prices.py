"""Prices: what each variant has cost, costs and will cost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from commerce.catalog.admin.amounts import checked_currency, whole_money
from commerce.catalog.pricing.models import (
    QUANTITY_MAX,
    Price,
    PriceList,
    PriceListStatus,
)
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
from commerce.shared.money import Money


class PriceKeyForm(ActForm):
    """Which price of a variant: of a list or the base one, in a currency, from so many units on."""

    price_list = forms.ChoiceField(required=False, help_text="Base: for whom no list has another.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="ISO 4217, such as USD.")
    min_quantity = forms.IntegerField(
        label="from units", min_value=1, max_value=QUANTITY_MAX, required=False, initial=1
    )

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        lists = PriceList.objects.exclude(status=PriceListStatus.ENDED).order_by("code")
        choice: Any = self.fields["price_list"]
        choice.choices = [("", "base"), *((x.code, f"{x.code} ({x.currency})") for x in lists)]
        latest = row.prices.order_by("-valid_from").first()
        self.initial["currency"] = latest.currency if latest else ""
        return {}

    def clean_currency(self) -> str:
        return checked_currency(self.cleaned_data["currency"])


class PriceForm(PriceKeyForm):
    """A price in major units, from now or from a day that is still to come."""

    audited = ("price", "compare_with", "price_list", "min_quantity", "valid_from", "valid_until")
    field_order = ("price_list", "currency", "amount", "compare_at", "min_quantity")

    amount = forms.DecimalField(
        min_value=0, max_digits=15, help_text="With tax in it where the market's prices include it."
    )
    compare_at = forms.DecimalField(
        label="instead of",
        min_value=0,
        max_digits=15,
        required=False,
        help_text="The regular price it is announced beside; customers also read the lowest of 30 days.",
    )
    valid_from = MomentField(required=False, help_text="UTC. Empty: from now on.")
    valid_until = MomentField(
        required=False, help_text="UTC, exclusive. Empty: until the next price that is planned."
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "currency" in cleaned:
            cleaned["price"] = self._money("amount")
            cleaned["compare_with"] = self._money("compare_at")
        return cleaned

    def _money(self, name: str) -> Money | None:
        asked = self.cleaned_data.get(name)
        if asked is None:
            return None
        try:
            return whole_money(asked, self.cleaned_data["currency"])
        except forms.ValidationError as problem:
            self.add_error(name, problem)
            return None


class EndPriceForm(PriceKeyForm):
    """Which price ends, and when."""

    audited = ("currency", "price_list", "min_quantity", "ends_at")

    ends_at = MomentField(required=False, help_text="UTC. Empty: now.")


class PriceInline(StaffInline):
    model = Price
    fields = (
        money("amount", "price"),
        money("compare_at_minor", "instead of"),
        "min_quantity",
        link("price_list", "list"),
        "valid_from",
        "valid_until",
    )
    ordering = ("-valid_from", "-pk")


@admin.register(Price)
class PriceAdmin(StaffAdmin[Price]):
    roles = ("catalog", "support", "finance")
    icon = "sell"
    find_by = (exact("variant__sku"),)
    search_help_text = "SKU"
    list_display = (
        money("amount", "price"),
        link("variant", "SKU"),
        link("price_list", "list"),
        "min_quantity",
        "valid_from",
        "valid_until",
    )
    list_select_related = ("variant", "price_list")
    fields = (
        link("variant", "SKU"),
        money("amount", "price"),
        money("compare_at_minor", "instead of"),
        link("price_list", "list"),
        "min_quantity",
        "valid_from",
        "valid_until",
        "created_at",
    )
