"""Loading what documents are made of: four statements, however many products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import (
    CategoryFacts,
    ProductFacts,
    VariantFacts,
    assumed_availability,
)
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.pricing.models import Price
from commerce.catalog.products.models import Product, ProductCategory, Variant


def load_facts(product_ids: Collection[UUID], *, at: datetime) -> list[ProductFacts]:
    """Read products with the variants that are for sale and their prices at a moment.

    The products come first: whatever changes while the rest is read has a higher version than
    the facts say, and a change noted that will have them read again.
    """
    products = list(
        Product.objects.filter(pk__in=product_ids)
        .order_by("pk")
        .values("id", "slug", "title", "description", "brand", "status", "version", "published_at")
    )
    variants_by_product = _load_variants(product_ids, at)
    categories_by_product = _load_categories(product_ids)
    return [
        ProductFacts(
            **product,
            categories=categories_by_product[product["id"]],
            variants=variants_by_product[product["id"]],
        )
        for product in products
    ]


def _load_variants(
    product_ids: Collection[UUID], at: datetime
) -> Mapping[UUID, list[VariantFacts]]:
    rows = list(
        Variant.objects.filter(product__in=product_ids, retired_at=None)
        .order_by("position", "pk")
        .values(
            *("id", "product_id", "sku", "gtin", "options", "weight_g", "requires_shipping"),
        )
    )
    amounts = _load_amounts([row["id"] for row in rows], at)
    said = dict(
        VariantAvailability.objects.filter(sku__in=[row["sku"] for row in rows]).values_list(
            "sku", "availability"
        )
    )
    variants: dict[UUID, list[VariantFacts]] = defaultdict(list)
    for row in rows:
        variants[row.pop("product_id")].append(
            VariantFacts(
                **{**row, "options": dict(row["options"])},
                availability=_availability(row, said),
                amounts_minor=amounts[row["id"]],
            )
        )
    return variants


def _availability(row: Mapping[str, Any], said: Mapping[str, str]) -> Availability:
    if row["sku"] in said:
        return Availability(said[row["sku"]])
    return assumed_availability(requires_shipping=row["requires_shipping"])


def _load_amounts(variant_ids: Collection[UUID], at: datetime) -> Mapping[UUID, Mapping[str, int]]:
    prices = Price.objects.filter(variant__in=variant_ids, valid_from__lte=at).filter(
        Q(valid_until=None) | Q(valid_until__gt=at)
    )
    amounts: dict[UUID, dict[str, int]] = defaultdict(dict)
    for variant_id, currency, amount_minor in prices.order_by().values_list(
        "variant_id", "currency", "amount_minor"
    ):
        amounts[variant_id][currency] = amount_minor
    return amounts


def _load_categories(product_ids: Collection[UUID]) -> Mapping[UUID, list[CategoryFacts]]:
    places = ProductCategory.objects.filter(product__in=product_ids).order_by("category__path")
    categories: dict[UUID, list[CategoryFacts]] = defaultdict(list)
    for product_id, slug, name, path in places.values_list(
        "product_id", "category__slug", "category__name", "category__path"
    ):
        categories[product_id].append(CategoryFacts(slug=slug, name=name, path=path))
    return categories
