"""Loading what documents are made of: eleven statements, however many products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from commerce.catalog.attributes.models import AttributeScope
from commerce.catalog.interface.dto import Availability, Grant
from commerce.catalog.listing.attribute_facts import AttributeWords, load_attribute_words
from commerce.catalog.listing.document import assumed_availability, worst
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.listing.prices import ListingPrices, load_prices
from commerce.catalog.listing.product_facts import (
    CategoryFacts,
    ComponentFacts,
    ProductFacts,
    PublicationFacts,
    VariantFacts,
)
from commerce.catalog.media.queries import load_media
from commerce.catalog.products.models import (
    BundleComponent,
    Product,
    ProductCategory,
    ProductPublication,
    ProductStatus,
    Variant,
)


def load_facts(product_ids: Collection[UUID], *, at: datetime) -> list[ProductFacts]:
    """Read products with the variants that are for sale and their prices at a moment.

    The products come first: whatever changes while the rest is read has a higher version than
    the facts say, and a change noted that will have them read again.
    """
    products = list(
        Product.objects.filter(pk__in=product_ids)
        .order_by("pk")
        .values(
            *("id", "slug", "title", "description", "brand", "status", "version", "published_at"),
            *("product_type_id", "attributes", "options", "translations"),
        )
    )
    words = load_attribute_words({x["product_type_id"] for x in products})
    types = {x["id"]: x.pop("product_type_id") for x in products}
    variants = _variant_rows(types.keys())
    prices = load_prices([row["id"] for row in variants], at=at)
    variants_by_product = _load_variants(variants, types, words, prices)
    categories_by_product = _load_categories(product_ids)
    publications_by_product = _load_publications(product_ids)
    media_by_product = load_media(product_ids)
    facts = [
        ProductFacts(
            **product
            | {
                "attributes": words.facts_of(
                    product["attributes"], types[product["id"]], AttributeScope.PRODUCT
                ),
                "options": dict(product["options"]),
            },
            product_type=words.code_of(types[product["id"]]),
            categories=categories_by_product[product["id"]],
            variants=variants_by_product[product["id"]],
            publications=publications_by_product[product["id"]],
            media=media_by_product.get(product["id"], ()),
        )
        for product in products
    ]
    return [replace(x, markets=x.listed_in(prices.markets, at=at)) for x in facts]


def _variant_rows(product_ids: Collection[UUID]) -> list[dict[str, Any]]:
    return list(
        Variant.objects.filter(product__in=product_ids, retired_at=None)
        .order_by("position", "pk")
        .values(
            *("id", "product_id", "sku", "gtin", "options", "attributes", "weight_g"),
            *("length_mm", "width_mm", "height_mm", "requires_shipping", "needs_approval"),
            *("is_gift_card", "grants", "made_to_order_days"),
        )
    )


def _load_variants(
    rows: Sequence[dict[str, Any]],
    types: Mapping[UUID, UUID | None],
    words: AttributeWords,
    prices: ListingPrices,
) -> Mapping[UUID, list[VariantFacts]]:
    components = _load_components([row["id"] for row in rows])
    said = _load_availability(
        {row["sku"] for row in rows} | {part["sku"] for x in components.values() for part in x}
    )
    variants: dict[UUID, list[VariantFacts]] = defaultdict(list)
    for row in rows:
        product_id, parts = row.pop("product_id"), components[row["id"]]
        row["options"] = dict(row["options"])
        row["grants"] = [Grant(feature=x["feature"], days=x["days"]) for x in row["grants"]]
        row["attributes"] = words.facts_of(
            row["attributes"], types[product_id], AttributeScope.VARIANT
        )
        if parts:
            row["weight_g"] = sum(part["weight_g"] * part["quantity"] for part in parts)
            row["requires_shipping"] = any(part["requires_shipping"] for part in parts)
            row["needs_approval"] |= any(part["needs_approval"] for part in parts)
        variants[product_id].append(
            VariantFacts(
                **row,
                availability=_availability(row, parts, said),
                prices=prices.by_variant.get(row["id"], {}),
                components=[_component(part) for part in parts],
            )
        )
    return variants


def _availability(
    row: Mapping[str, Any], parts: Collection[Mapping[str, Any]], said: Mapping[str, str]
) -> Availability:
    if parts:
        return worst(
            _availability(part, (), said) if part["is_sold"] else Availability.OUT_OF_STOCK
            for part in parts
        )
    if row["made_to_order_days"] is not None:
        # Nothing of it is on a shelf, and it can be bought all the same.
        return Availability.BACKORDER
    if row["sku"] in said:
        return Availability(said[row["sku"]])
    return assumed_availability(requires_shipping=row["requires_shipping"])


def _load_availability(skus: Collection[str]) -> Mapping[str, str]:
    said = VariantAvailability.objects.filter(sku__in=skus)
    return dict(said.values_list("sku", "availability"))


def _load_components(variant_ids: Collection[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    """What is in bundles, by bundle; with what decides whether it can be bought."""
    parts = (
        BundleComponent.objects.filter(bundle__in=variant_ids)
        .order_by("position", "pk")
        .values(
            *("bundle_id", "quantity"),
            **{
                name: F(f"component__{name}")
                for name in (
                    *("sku", "options", "weight_g", "requires_shipping", "needs_approval"),
                    *("made_to_order_days", "retired_at"),
                )
            },
            **{
                name: F(f"component__product__{name}")
                for name in ("title", "translations", "status")
            },
        )
    )
    components: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for part in parts:
        is_sold = part["retired_at"] is None and part["status"] == ProductStatus.PUBLISHED
        components[part["bundle_id"]].append(part | {"is_sold": is_sold})
    return components


def _component(part: Mapping[str, Any]) -> ComponentFacts:
    return ComponentFacts(
        sku=part["sku"],
        title=part["title"],
        options=dict(part["options"]),
        quantity=part["quantity"],
        translations=part["translations"],
    )


def _load_categories(product_ids: Collection[UUID]) -> Mapping[UUID, list[CategoryFacts]]:
    places = ProductCategory.objects.filter(product__in=product_ids).order_by("category__path")
    categories: dict[UUID, list[CategoryFacts]] = defaultdict(list)
    for product_id, slug, name, path, translations in places.values_list(
        *("product_id", "category__slug", "category__name", "category__path"),
        "category__translations",
    ):
        categories[product_id].append(
            CategoryFacts(slug=slug, name=name, path=path, translations=translations)
        )
    return categories


def _load_publications(product_ids: Collection[UUID]) -> Mapping[UUID, list[PublicationFacts]]:
    rows = ProductPublication.objects.filter(product__in=product_ids).order_by("market_code")
    publications: dict[UUID, list[PublicationFacts]] = defaultdict(list)
    for product_id, market_code, published_from, published_until in rows.values_list(
        "product_id", "market_code", "published_from", "published_until"
    ):
        publications[product_id].append(
            PublicationFacts(
                market_code=market_code,
                published_from=published_from,
                published_until=published_until,
            )
        )
    return publications
