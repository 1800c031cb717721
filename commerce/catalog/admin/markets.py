"""Markets: the countries that are sold to alike."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from commerce.catalog.markets.change_market import MarketChanges, change_market
from commerce.catalog.markets.create_market import NewMarket, create_market
from commerce.catalog.markets.models import CODE_MAX, Market
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    LinesField,
    StaffAdmin,
    act,
    exact,
    flag,
    list_act,
)


class MarketForm(ActForm):
    audited: ClassVar[tuple[str, ...]] = ("countries", "is_default")

    name = forms.CharField(max_length=120)
    locale = forms.CharField(max_length=35, help_text="The language of its pages: de-DE.")
    countries = LinesField(help_text="Two letters each: DE AT CH", rows=2)
    is_default = forms.BooleanField(
        required=False,
        help_text="For whoever asks by the currency, or from a country of no market.",
    )

    def fields_for(self, row: Market | None) -> dict[str, forms.Field]:
        if row is not None:
            countries = row.countries.order_by("country").values_list("country", flat=True)
            self.initial |= {
                "name": row.name,
                "locale": row.locale,
                "countries": " ".join(countries),
                "is_default": row.is_default,
            }
        return {}

    def said(self) -> dict[str, Any]:
        """Give what can also be changed later."""
        return {x: self.cleaned_data[x] for x in ("name", "locale", "countries", "is_default")}

    def clean_countries(self) -> list[str]:
        return " ".join(self.cleaned_data["countries"]).upper().split()


class NewMarketForm(MarketForm):
    audited: ClassVar[tuple[str, ...]] = ("code", "currency", "countries")
    field_order = ("code", "name", "currency", "prices_include_tax")

    code = forms.CharField(max_length=CODE_MAX, help_text="For good, in every address: eu.")
    currency = forms.CharField(max_length=3, help_text="ISO 4217, for good.")
    prices_include_tax = forms.BooleanField(required=False, help_text="Gross prices, for good.")


@admin.register(Market)
class MarketAdmin(StaffAdmin[Market]):
    roles = ("catalog", "support", "finance")
    icon = "public"
    find_by = (exact("code"),)
    search_help_text = "Code"
    ordering = ("code",)
    list_display = (
        "code",
        "name",
        "currency",
        "locale",
        flag("prices_include_tax", "gross"),
        flag("is_default", "default"),
    )
    fields = (*list_display, "shown_countries", "version", "created_at")

    def name_of(self, row: Market) -> str:
        """Name it by its code, as the API does."""
        return row.code

    @admin.display(description="countries")
    def shown_countries(self, row: Market) -> str:
        countries = row.countries.order_by("country").values_list("country", flat=True)
        return ", ".join(countries) or NOTHING

    @list_act("New market", roles=("catalog",), form=NewMarketForm)
    def create(self, form: NewMarketForm, acting: Acting) -> tuple[Market, str]:
        asked = form.cleaned_data
        row = create_market(
            market=NewMarket(
                code=asked["code"],
                currency=asked["currency"].upper(),
                prices_include_tax=asked["prices_include_tax"],
                **form.said(),
            ),
            now=acting.now,
        )
        return row, f"{row.name} is sold to; its lists are made within moments."

    @act("Change", roles=("catalog",), form=MarketForm, tone="primary")
    def edit(self, row: Market, form: MarketForm, acting: Acting) -> str:
        change_market(
            code=row.code,
            changes=MarketChanges(**form.said()),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{row.code} is changed."
