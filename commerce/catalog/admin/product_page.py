"""What staff see of a product on one page: read together, and each thing read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from commerce.catalog.admin.attribute_fields import said_of
from commerce.catalog.attributes.models import AttributeScope, TypeAttribute
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.media.queries import media_facts, media_in_order
from commerce.catalog.pricing.market_prices import MarketPrices, load_market_prices
from commerce.catalog.products.models import Product, Variant
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.admin import (
    NOTHING,
    amount,
    anchor,
    grid,
    label,
    picture,
    timeline,
    url_of,
)

HISTORY_SHOWN = 50
PLANNED_SHOWN = 100


@dataclass
class ProductPage:
    """One product, at the moment its page is opened."""

    product: Product

    def __post_init__(self) -> None:
        self.at = clock.now()

    @classmethod
    def of(cls, product: Product) -> ProductPage:
        """Give the page of this row; made once, for all fields that are parts of it."""
        page: ProductPage = product.__dict__.setdefault("admin_page", cls(product))
        return page

    # What is read.

    @cached_property
    def variants(self) -> list[Variant]:
        return list(self.product.variants.order_by("position", "pk"))

    @cached_property
    def prices(self) -> MarketPrices:
        return load_market_prices([variant.pk for variant in self.variants], at=self.at)

    @cached_property
    def availability(self) -> Mapping[str, str]:
        told = VariantAvailability.objects.filter(sku__in=[x.sku for x in self.variants])
        return dict(told.order_by().values_list("sku", "availability"))

    @cached_property
    def asked(self) -> list[TypeAttribute]:
        type_id = self.product.product_type_id
        return attributes_of_types({type_id} if type_id else set())

    # What is shown.

    def texts(self) -> SafeString | str:
        return grid(
            ("language", "title", "description", "words of options"),
            (
                (
                    locale,
                    texts.get("title") or NOTHING,
                    texts.get("description") or NOTHING,
                    ", ".join(f"{x} = {y}" for x, y in texts.get("options", {}).items()) or NOTHING,
                )
                for locale, texts in sorted(self.product.translations.items())
            ),
        )

    def attributes(self) -> SafeString | str:
        """What the product states; what it does not, and what its type has no more, as well."""
        stated: Mapping[str, Any] = self.product.attributes
        asked = [x for x in self.asked if x.scope == AttributeScope.PRODUCT]
        rows = [
            (x.attribute.name, self._stated(x, stated), "required" if x.is_required else "")
            for x in asked
        ]
        surplus = stated.keys() - {x.attribute.code for x in asked}
        rows += [
            (code, str(stated[code]), "not of its type, not shown") for code in sorted(surplus)
        ]
        return grid(("attribute", "value", ""), rows)

    @staticmethod
    def _stated(asked: TypeAttribute, stated: Mapping[str, Any]) -> object:
        if asked.attribute.code in stated:
            return said_of(asked.attribute, stated[asked.attribute.code])
        return label("missing") if asked.is_required else NOTHING

    def variants_grid(self) -> SafeString | str:
        asked = [x for x in self.asked if x.scope == AttributeScope.VARIANT]
        return grid(
            (
                *("SKU", "options", "price", "weight", "availability"),
                *(x.attribute.name for x in asked),
                "",
            ),
            (
                (
                    anchor(url_of("catalog.Variant", variant.pk), variant.sku),
                    ", ".join(f"{name}: {value}" for name, value in variant.options) or NOTHING,
                    self._at_a_glance(variant),
                    f"{variant.weight_g} g",
                    label(self.availability[variant.sku])
                    if variant.sku in self.availability
                    else NOTHING,
                    *(self._stated(x, variant.attributes) for x in asked),
                    label("retired") if variant.retired_at else "",
                )
                for variant in self.variants
            ),
        )

    def _at_a_glance(self, variant: Variant) -> str:
        by_market = self.prices.by_variant.get(variant.pk, {})
        prices = {
            amount(price.amount_minor, self.prices.markets[code].currency)
            for code, price in by_market.items()
        }
        return " · ".join(sorted(prices)) or NOTHING

    def media(self) -> SafeString | str:
        rows = media_in_order(self.product.pk)
        skus = {variant.pk: variant.sku for variant in self.variants}
        return grid(
            ("", "alternative text", "shows", "size"),
            (
                (
                    anchor(url_of("catalog.Media", row.pk), picture(shown[0].url, row.alt)),
                    row.alt or label("missing"),
                    skus[row.variant_id] if row.variant_id else "the product",
                    f"{original.width} × {original.height}",
                )
                for row in rows
                for fact in [media_facts(row)]
                for original in [fact.original]
                for shown in [fact.sizes or [original]]
            ),
        )

    def history(self) -> SafeString | str:
        """Who changed what, of the product, its variants and its pictures; the latest first."""
        skus = {ids.encode("var", variant.pk): variant.sku for variant in self.variants}
        acts = identity.acts_on(
            subjects=[ids.encode("prod", self.product.pk), *skus], limit=HISTORY_SHOWN
        )
        if not acts:
            return NOTHING
        return timeline(
            (act.at, act.action.removeprefix("catalog."), {"by": act.actor} | _told(act, skus))
            for act in acts
        )


def _told(act: identity.Act, skus: Mapping[str, str]) -> dict[str, Any]:
    about = {"SKU": skus[act.subject]} if act.subject in skus else {}
    return about | {name: value for name, value in act.details.items() if name != "token"}
