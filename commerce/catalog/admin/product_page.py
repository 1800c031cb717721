"""What staff see of a product on one page: read together, and each thing read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commerce.catalog.admin.attribute_fields import said_of
from commerce.catalog.attributes.models import AttributeScope, TypeAttribute
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.catalog.listing.document import document_of
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.markets import load_markets
from commerce.catalog.listing.models import Listing, VariantAvailability
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.catalog.media.queries import media_facts, media_in_order
from commerce.catalog.pricing.market_prices import MarketPrice, MarketPrices, load_market_prices
from commerce.catalog.pricing.models import Price
from commerce.catalog.products.models import Product, ProductPublication, Variant
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.admin import (
    NOTHING,
    amount,
    anchor,
    facts,
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

    @cached_property
    def facts(self) -> ProductFacts:
        [found] = load_facts([self.product.pk], at=self.at)
        return found

    @cached_property
    def markets(self) -> list[ListingMarket]:
        """The shop's, and one for each currency that has prices and no market."""
        known = load_markets()
        rest = {x.currency for x in self.prices.markets.values()} - {x.currency for x in known}
        return known + [market_of_currency(currency) for currency in sorted(rest)]

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

    def price_table(self) -> SafeString | str:
        """What each variant costs everybody now, market by market, side by side."""
        markets = [
            market
            for market in self.prices.markets.values()
            if any(market.code in prices for prices in self.prices.by_variant.values())
        ]
        return grid(
            ("SKU", *(f"{x.code} ({'gross' if x.prices_include_tax else 'net'})" for x in markets)),
            (
                (
                    anchor(url_of("catalog.Variant", variant.pk), variant.sku),
                    *(
                        _cell(self.prices.by_variant.get(variant.pk, {}).get(x.code), x.currency)
                        for x in markets
                    ),
                )
                for variant in self.variants
                if variant.retired_at is None
            ),
        )

    def planned_prices(self) -> SafeString | str:
        """Periods that are still to begin, or have an end, with their days."""
        rows = Price.objects.filter(variant__product=self.product).filter(
            Q(valid_from__gt=self.at) | Q(valid_until__gt=self.at)
        )
        return grid(
            ("SKU", "price", "instead of", "from units", "list", "from", "until"),
            (
                (
                    row.variant.sku,
                    amount(row.amount_minor, row.currency),
                    amount(row.compare_at_minor, row.currency),
                    row.min_quantity,
                    row.price_list.code if row.price_list else "base",
                    f"{row.valid_from:%Y-%m-%d %H:%M}",
                    f"{row.valid_until:%Y-%m-%d %H:%M}" if row.valid_until else NOTHING,
                )
                for row in rows.select_related("variant", "price_list").order_by(
                    "valid_from", "pk"
                )[:PLANNED_SHOWN]
            ),
        )

    def publications(self) -> SafeString | str:
        rows = ProductPublication.objects.filter(product=self.product).order_by("market_code")
        shown = [
            (
                row.market_code,
                f"{row.published_from:%Y-%m-%d %H:%M}" if row.published_from else "the beginning",
                f"{row.published_until:%Y-%m-%d %H:%M}"
                if row.published_until
                else "further notice",
            )
            for row in rows
        ]
        return grid(("market", "from", "until"), shown) if shown else "in every market"

    def seen_by_customers(self) -> SafeString | str:
        """The document of each market, in its language, as a person reads it."""
        if not self.markets:
            return NOTHING
        made = dict(
            Listing.objects.filter(product_id=self.product.pk)
            .order_by()
            .values_list("market", "version")
        )
        parts = [self._seen_in(market, made.get(market.code)) for market in self.markets]
        return format_html_join("", "{}", ((part,) for part in parts))

    def _seen_in(self, market: ListingMarket, version: int | None) -> SafeString:
        document = document_of(self.facts, market=market)
        if version is None:
            in_lists = "not in lists"
        elif version == self.facts.version:
            in_lists = "in lists as it is"
        else:
            in_lists = f"in lists as it was in version {version}; now {self.facts.version}"
        return format_html(
            '<h3 class="font-semibold text-important">{} · {} · {}</h3>{}{}',
            market.code,
            market.locale or "no language of its own",
            in_lists,
            facts(
                [
                    ("title", document["title"]),
                    ("from", _money(document["price"])),
                    ("availability", label(document["availability"])),
                    ("categories", ", ".join(x["name"] for x in document["categories"]) or NOTHING),
                    *((x["name"], _word(x)) for x in document["attributes"]),
                ]
            ),
            grid(
                ("SKU", "options", "price", "availability"),
                (
                    (
                        x["sku"],
                        ", ".join(x["options"].values()) or NOTHING,
                        _money(x["price"]),
                        label(x["availability"]),
                    )
                    for x in document["variants"]
                ),
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


def _cell(price: MarketPrice | None, currency: str) -> SafeString | str:
    if price is None:
        return NOTHING
    lines = ((line,) for line in _lines(price, currency))
    return format_html_join("", '<div class="nowrap">{}</div>', lines)


def _lines(price: MarketPrice, currency: str) -> Iterator[str]:
    yield amount(price.amount_minor, currency)
    if price.compare_at_minor is not None:
        yield f"instead of {amount(price.compare_at_minor, currency)}"
    if price.lowest_30_days_minor is not None:
        yield f"lowest in 30 days {amount(price.lowest_30_days_minor, currency)}"
    if price.price_list:
        yield f"list {price.price_list}"
    for tier in price.tiers:
        yield f"from {tier.min_quantity}: {amount(tier.amount_minor, currency)}"


def _money(price: Mapping[str, Any] | None) -> str:
    return NOTHING if price is None else amount(price["amount"], price["currency"])


def _word(attribute: Mapping[str, Any]) -> str:
    shown = attribute["label"] or attribute["value"]
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    return f"{shown} {attribute['unit']}" if attribute["unit"] else str(shown)
