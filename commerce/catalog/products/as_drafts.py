"""Products as they stand, in the plain words of drafts: what an import compares with, and an export says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.catalog.interface.dto import Grant
from commerce.catalog.products.as_rows import VARIANT_COLUMNS
from commerce.catalog.products.drafts import NewComponent, NewProduct, NewVariant, ProductTexts
from commerce.catalog.products.models import BundleComponent, Product, ProductCategory, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingProduct:
    """A product as it is now, without its retired variants, whose SKUs stand apart."""

    id: UUID
    status: str
    draft: NewProduct
    variant_ids: Mapping[str, UUID]
    retired_skus: frozenset[str]


def drafts_of(product_ids: Collection[UUID]) -> dict[UUID, StandingProduct]:
    """Read products in four statements, in the order of their ids."""
    products = list(
        Product.objects.filter(pk__in=product_ids)
        .order_by("pk")
        .values(
            *("id", "slug", "title", "description", "brand", "product_type__code", "attributes"),
            *("options", "translations", "status"),
        )
    )
    variants, variant_ids, retired = _variants(product_ids)
    categories: dict[UUID, list[str]] = defaultdict(list)
    for product_id, slug in (
        ProductCategory.objects.filter(product__in=product_ids)
        .order_by("category__path")
        .values_list("product_id", "category__slug")
    ):
        categories[product_id].append(slug)
    return {
        row["id"]: StandingProduct(
            id=row["id"],
            status=row["status"],
            draft=_draft(row, variants[row["id"]], categories[row["id"]]),
            variant_ids=variant_ids[row["id"]],
            retired_skus=frozenset(retired[row["id"]]),
        )
        for row in products
    }


def _draft(row: Mapping[str, Any], variants: list[NewVariant], categories: list[str]) -> NewProduct:
    return NewProduct(
        slug=row["slug"],
        title=row["title"],
        description=row["description"],
        brand=row["brand"],
        product_type=row["product_type__code"],
        attributes=row["attributes"],
        options={name: list(values) for name, values in row["options"]},
        translations={
            locale: ProductTexts(
                title=texts.get("title", ""),
                description=texts.get("description", ""),
                options=texts.get("options", {}),
            )
            for locale, texts in row["translations"].items()
        },
        variants=variants,
        categories=categories,
    )


def _variants(
    product_ids: Collection[UUID],
) -> tuple[
    Mapping[UUID, list[NewVariant]], Mapping[UUID, dict[str, UUID]], Mapping[UUID, set[str]]
]:
    contents: dict[UUID, list[NewComponent]] = defaultdict(list)
    for bundle_id, sku, quantity in (
        BundleComponent.objects.filter(bundle__product__in=product_ids)
        .order_by("position", "pk")
        .values_list("bundle_id", "component__sku", "quantity")
    ):
        contents[bundle_id].append(NewComponent(sku=sku, quantity=quantity))

    variants: dict[UUID, list[NewVariant]] = defaultdict(list)
    ids: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    retired: dict[UUID, set[str]] = defaultdict(set)
    rows = Variant.objects.filter(product__in=product_ids).order_by("position", "pk")
    for row in rows.values("id", "product_id", "retired_at", *VARIANT_COLUMNS):
        variant_id, product_id = row.pop("id"), row.pop("product_id")
        if row.pop("retired_at") is not None:
            retired[product_id].add(row["sku"])
            continue
        row["options"] = dict(row["options"])
        row["grants"] = [Grant(**grant) for grant in row["grants"]]
        ids[product_id][row["sku"]] = variant_id
        variants[product_id].append(NewVariant(**row, components=contents[variant_id]))
    return variants, ids, retired
