"""The prices of all variants of a product in one place, in one grid: now, or from a day to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Q

from commerce.catalog.admin.amounts import whole_money
from commerce.catalog.markets.models import Market
from commerce.catalog.pricing.models import QUANTITY_MAX, Price, PriceList, PriceListStatus
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.catalog.products.drafts import VARIANTS_MAX
from commerce.catalog.products.models import Product, Variant
from commerce.shared import clock
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    GivenField,
    MomentField,
    RowForm,
    RowsField,
    StaffAdmin,
    StillWrong,
    act,
    sentence_of,
)
from commerce.shared.errors import CommerceError
from commerce.shared.money import Money

_RESENDS: Final = {"x-on:change": "$el.form.requestSubmit()"}


class PriceRow(RowForm):
    """What a variant costs. Only what somebody has changed since the grid was opened is set."""

    sku = GivenField(label="SKU")
    options = GivenField()
    price = forms.DecimalField(min_value=0, max_digits=15, required=False, show_hidden_initial=True)
    compare_at = forms.DecimalField(
        label="instead of", min_value=0, max_digits=15, required=False, show_hidden_initial=True
    )
    planned = GivenField()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.has_changed() and cleaned.get("price") is None and "price" not in self.errors:
            self.add_error("price", "A price ends on the page of its variant.")
        return cleaned


class PriceGridForm(ActForm):
    """First the place: a currency's base prices or a list, from so many units on; then its prices."""

    audited = ("place", "min_quantity", "valid_from", "valid_until")

    place = forms.ChoiceField(label="prices", widget=forms.Select(attrs=_RESENDS))
    min_quantity = forms.IntegerField(
        label="from units",
        min_value=1,
        max_value=QUANTITY_MAX,
        initial=1,
        widget=forms.NumberInput(attrs=_RESENDS),
    )
    valid_from = MomentField(required=False, help_text="UTC. Empty: from now on.")
    valid_until = MomentField(
        required=False,
        help_text="UTC, exclusive; then what it cost before. Empty: until the next that is planned.",
    )

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        places = _places(row)
        choice: Any = self.fields["place"]
        choice.choices = [(name, place.title) for name, place in places.items()]
        self.initial["place"] = next(iter(places), "")
        name = self.data.get("place", self.initial["place"])
        units = self.data.get("min_quantity", "1")
        if name not in places or not (units.isascii() and units.isdigit()) or len(units) > 7:
            return {}
        self._place = places[name]
        # Named after their place, so that prices of one are never taken for another's.
        self._rows = f"prices_{name}_{units}"
        self.initial[self._rows] = _rows(row, self._place, int(units))
        return {
            self._rows: RowsField(PriceRow, at_most=VARIANTS_MAX, is_fixed=True, label="variants")
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            cleaned["prices"] = self._changed_prices()
            if not cleaned["prices"] and not self.errors:
                self.add_error(None, "No price is different.")
        return cleaned

    def audit(self) -> dict[str, object]:
        prices = {x.sku: x.price for x in self.cleaned_data["prices"]}
        return {**super().audit(), "prices": prices}

    def _changed_prices(self) -> list[NewPrice]:
        asked, place = self.cleaned_data, self._place
        own = set(self.row.variants.values_list("sku", flat=True))
        changed = []
        for x in asked[self._rows]:
            if not x["changed"] or x["sku"] not in own:
                continue
            try:
                price = whole_money(x["price"], place.currency)
                compare_at = (
                    None
                    if x["compare_at"] is None
                    else whole_money(x["compare_at"], place.currency)
                )
            except forms.ValidationError as problem:
                self.add_error(None, f"{x['sku']}: {problem.message}")
                continue
            changed.append(
                NewPrice(
                    sku=x["sku"],
                    price=price,
                    compare_at=compare_at,
                    price_list=place.price_list.code if place.price_list else None,
                    min_quantity=asked["min_quantity"],
                    valid_from=asked["valid_from"],
                    valid_until=asked["valid_until"],
                )
            )
        return changed


class PricedProducts(StaffAdmin[Product]):
    """The act that sets prices of all variants of a product."""

    @act(
        "Edit prices",
        roles=("catalog",),
        asks="Of all variants in one place; what is changed is set. Placed orders keep theirs.",
        form=PriceGridForm,
        applies=lambda product: product.retired_at is None,
    )
    def edit_prices(self, product: Product, form: PriceGridForm, acting: Acting) -> str:
        wanted: Sequence[NewPrice] = form.cleaned_data["prices"]
        answers = set_prices(batch=wanted, now=acting.now)
        refused = {
            x.sku: answer
            for x, answer in zip(wanted, answers, strict=True)
            if isinstance(answer, CommerceError)
        }
        if len(refused) == len(wanted):
            raise refused[wanted[0].sku]
        done = f"{len(wanted) - len(refused)} of {len(wanted)} prices are set."
        reasons = (f"{sku}: {sentence_of(refusal)}" for sku, refusal in refused.items())
        return StillWrong(" ".join([done, *reasons])) if refused else done


class _Place:
    """Where prices stand: in a list, or as the base prices of a currency."""

    def __init__(self, currency: str, price_list: PriceList | None = None) -> None:
        self.currency, self.price_list = currency, price_list

    @property
    def title(self) -> str:
        if self.price_list is None:
            return f"base, {self.currency}"
        return f"list {self.price_list.code}, {self.currency}"


def _places(product: Product) -> dict[str, _Place]:
    """Base prices in the product's own currencies, then in those of markets; then the lists."""
    prices = Price.objects.filter(variant__product=product)
    own = prices.order_by("currency").values_list("currency", flat=True).distinct()
    sold_in = Market.objects.order_by("currency").values_list("currency", flat=True).distinct()
    lists = PriceList.objects.exclude(status=PriceListStatus.ENDED).order_by("code")
    return {f"base_{x}": _Place(x) for x in [*own, *sold_in]} | {
        f"list_{x.code}": _Place(x.currency, x) for x in lists
    }


def _rows(product: Product, place: _Place, min_quantity: int) -> list[dict[str, Any]]:
    now = clock.now()
    variants = list(product.variants.filter(retired_at=None).order_by("position", "pk"))
    standing = Price.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now),
        variant__in=variants,
        currency=place.currency,
        price_list=place.price_list,
        min_quantity=min_quantity,
    ).order_by("valid_from")
    return [
        _row(variant, [x for x in standing if x.variant_id == variant.pk], now)
        for variant in variants
    ]


def _row(variant: Variant, prices: Sequence[Price], now: datetime) -> dict[str, Any]:
    current = next((x for x in prices if x.valid_from <= now), None)
    planned = [
        f"{x.amount} from {x.valid_from:%Y-%m-%d %H:%M}" for x in prices if x.valid_from > now
    ]
    compare_at = current.compare_at_minor if current else None
    return {
        "sku": variant.sku,
        "options": ", ".join(value for _, value in variant.options) or NOTHING,
        "price": current.amount.to_decimal() if current else None,
        "compare_at": None
        if current is None or compare_at is None
        else Money(compare_at, current.currency).to_decimal(),
        "planned": " · ".join(planned) or NOTHING,
    }
