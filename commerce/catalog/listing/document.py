"""The document of a product: what a shopper sees of it in one market. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.market_facts import ListingMarket
from commerce.catalog.listing.product_facts import (
    AttributeFacts,
    ComponentFacts,
    ProductFacts,
    VariantFacts,
)
from commerce.catalog.media.document import media_document
from commerce.catalog.pricing.market_prices import MarketPrice
from commerce.catalog.products.locales import translated
from commerce.catalog.products.titles import line_title
from commerce.shared.ids import encode

# In lists; the product's own page has everything.
SUMMARY_FIELDS: Final = (
    *("id", "slug", "title", "brand", "price", "compare_at", "lowest_30_days", "availability"),
    *("skus", "categories", "published_at", "image"),
)
FIELDS: Final = (
    *SUMMARY_FIELDS,
    *("description", "status", "product_type", "attributes", "options", "variants", "media"),
)

# The best a shopper can hope for comes first.
_BEST_FIRST: Final = (
    Availability.IN_STOCK,
    Availability.LOW_STOCK,
    Availability.PREORDER,
    Availability.BACKORDER,
    Availability.OUT_OF_STOCK,
)


def document_of(product: ProductFacts, *, market: ListingMarket) -> dict[str, Any]:
    """Write the document; `price` is the lowest of its variants, null where it has none.

    Every text is in the language nearest to the market's in which it is written.
    """
    locale = market.locale
    title = translated(product.translations, "title", locale=locale, default=product.title)
    description = translated(
        product.translations, "description", locale=locale, default=product.description
    )
    words: Mapping[str, str] = translated(
        product.translations, "options", locale=locale, default={}
    )
    media = [media_document(x, locale=locale) for x in product.media]
    return {
        "id": encode("prod", product.id),
        "slug": product.slug,
        "title": title,
        "brand": product.brand,
        **_prices(product.lowest_price(market.code), market.currency),
        "availability": best(x.availability for x in product.variants).value,
        "skus": [x.sku for x in product.variants],
        "categories": [
            {
                "slug": x.slug,
                "name": translated(x.translations, "name", locale=locale, default=x.name),
            }
            for x in product.categories
        ],
        "published_at": product.published_at.isoformat() if product.published_at else None,
        "image": media[0] if media else None,
        "description": description,
        "status": product.status,
        "product_type": product.product_type,
        "attributes": _attributes(product.attributes, locale),
        "options": [
            {"name": words.get(name, name), "values": [words.get(x, x) for x in values]}
            for name, values in product.shown_options().items()
        ],
        "media": media,
        "variants": [_variant(x, market, words) for x in product.variants],
    }


def summary_of(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in SUMMARY_FIELDS}


def best(availabilities: Iterable[Availability]) -> Availability:
    """What a product as a whole is: as available as the best of its variants."""
    return min(availabilities, key=_BEST_FIRST.index, default=Availability.OUT_OF_STOCK)


def worst(availabilities: Iterable[Availability]) -> Availability:
    """What a bundle is: as available as the worst of what is in it."""
    return max(availabilities, key=_BEST_FIRST.index, default=Availability.OUT_OF_STOCK)


def assumed_availability(*, requires_shipping: bool) -> Availability:
    """What holds before fulfilment has said a word: nothing is on the shelf, access never runs out."""
    return Availability.OUT_OF_STOCK if requires_shipping else Availability.IN_STOCK


def _variant(
    variant: VariantFacts, market: ListingMarket, words: Mapping[str, str]
) -> dict[str, Any]:
    locale, price = market.locale, variant.prices.get(market.code)
    return {
        "id": encode("var", variant.id),
        "sku": variant.sku,
        "gtin": variant.gtin,
        "options": _options(variant.options, words),
        **_prices(price, market.currency),
        "min_quantity": price.min_quantity if price else 1,
        "tiers": [
            {"min_quantity": x.min_quantity, "price": _money(x.amount_minor, market.currency)}
            for x in (price.tiers if price else ())
        ],
        "availability": variant.availability.value,
        "attributes": _attributes(variant.attributes, locale),
        "requires_shipping": variant.requires_shipping,
        "weight_g": variant.weight_g,
        "dimensions": _dimensions(variant),
        "needs_approval": variant.needs_approval,
        "made_to_order_days": variant.made_to_order_days,
        "is_gift_card": variant.is_gift_card,
        "grants": [{"feature": x.feature, "days": x.days} for x in variant.grants],
        "components": [_component(x, locale) for x in variant.components],
    }


def _attributes(attributes: Sequence[AttributeFacts], locale: str) -> list[dict[str, Any]]:
    return [
        {
            "code": x.code,
            "name": translated(x.translations, "name", locale=locale, default=x.name),
            "kind": x.kind,
            "value": x.value,
            "label": translated(x.label_translations, "label", locale=locale, default=x.label),
            "unit": x.unit or None,
        }
        for x in attributes
    ]


def _component(component: ComponentFacts, locale: str) -> dict[str, Any]:
    texts = component.translations
    title = translated(texts, "title", locale=locale, default=component.title)
    words: Mapping[str, str] = translated(texts, "options", locale=locale, default={})
    return {
        "sku": component.sku,
        "title": line_title(title, _options(component.options, words)),
        "quantity": component.quantity,
    }


def _options(options: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    return {words.get(name, name): words.get(value, value) for name, value in options.items()}


def _dimensions(variant: VariantFacts) -> dict[str, Any] | None:
    if variant.length_mm is None:
        return None
    return {
        "length_mm": variant.length_mm,
        "width_mm": variant.width_mm,
        "height_mm": variant.height_mm,
    }


def _prices(price: MarketPrice | None, currency: str) -> dict[str, Any]:
    return {
        "price": _money(price.amount_minor if price else None, currency),
        "compare_at": _money(price.compare_at_minor if price else None, currency),
        "lowest_30_days": _money(price.lowest_30_days_minor if price else None, currency),
    }


def _money(amount_minor: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount_minor is None else {"amount": amount_minor, "currency": currency}
