"""Prices: what each variant has cost, costs and will cost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from commerce.catalog.pricing.models import (
    AMOUNT_MAX,
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
from commerce.shared.money import EXPONENTS, Money


class PriceForm(ActForm):
    """A price in major units, from now or from a day that is still to come."""

    audited = ("price", "compare_with", "price_list", "min_quantity", "valid_from", "valid_until")

    price_list = forms.ChoiceField(required=False, help_text="Base: for whom no list has another.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="ISO 4217, such as USD.")
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
    min_quantity = forms.IntegerField(
        label="from units", min_value=1, max_value=QUANTITY_MAX, required=False, initial=1
    )
    valid_from = MomentField(required=False, help_text="UTC. Empty: from now on.")
    valid_until = MomentField(
        required=False, help_text="UTC, exclusive. Empty: until the next price that is planned."
    )

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        _offer_lists(self)
        latest = row.prices.order_by("-valid_from").first()
        self.initial["currency"] = latest.currency if latest else ""
        return {}

    def clean_currency(self) -> str:
        return _currency(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "currency" in cleaned:
            cleaned["price"] = self._money("amount")
            cleaned["compare_with"] = self._money("compare_at")
        return cleaned

    def _money(self, name: str) -> Money | None:
        asked, currency = self.cleaned_data.get(name), self.cleaned_data["currency"]
        if asked is None:
            return None
        price = Money.from_decimal(asked, currency)
        if price.to_decimal() != asked:
            self.add_error(name, "This currency has no such fractions.")
        if price.minor > AMOUNT_MAX:
            self.add_error(name, f"At most {Money(AMOUNT_MAX, currency)}.")
        return price


class EndPriceForm(ActForm):
    """Which price ends, and when."""

    audited = ("currency", "price_list", "min_quantity", "ends_at")

    price_list = forms.ChoiceField(required=False)
    currency = forms.CharField(min_length=3, max_length=3, help_text="ISO 4217, such as USD.")
    min_quantity = forms.IntegerField(
        label="from units", min_value=1, max_value=QUANTITY_MAX, required=False, initial=1
    )
    ends_at = MomentField(required=False, help_text="UTC. Empty: now.")

    def fields_for(self, row: Variant) -> dict[str, forms.Field]:
        _offer_lists(self)
        latest = row.prices.order_by("-valid_from").first()
        self.initial["currency"] = latest.currency if latest else ""
        return {}

    def clean_currency(self) -> str:
        return _currency(self.cleaned_data["currency"])


def _offer_lists(form: ActForm) -> None:
    lists = PriceList.objects.exclude(status=PriceListStatus.ENDED).order_by("code")
    field: Any = form.fields["price_list"]
    field.choices = [("", "base"), *((x.code, f"{x.code} ({x.currency})") for x in lists)]


def _currency(typed: str) -> str:
    code = typed.upper()
    if code not in EXPONENTS:
        raise forms.ValidationError("There is no such currency.")
    return code


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
