"""Change what a product says, where it stands, and the variants it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.create_products import SkuTaken
from commerce.catalog.products.drafts import (
    VARIANTS_MAX,
    InvalidField,
    NewVariant,
    check_variant,
    problems_of_categories,
    problems_of_texts,
)
from commerce.catalog.products.models import Product, ProductCategory, Variant
from commerce.catalog.products.queries import UnknownCategory, category_ids_by_slug, lock_product
from commerce.shared.db import refusals
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanges:
    """What is to be different; None leaves a thing as it is.

    `categories` is the complete new list. A variant with a SKU that the product has replaces what
    stood there; one with a new SKU is added. Variants are taken away by retiring them.
    """

    title: str | None = None
    description: str | None = None
    brand: str | None = None
    categories: Sequence[str] | None = None
    variants: Sequence[NewVariant] = ()


def change_product(
    *, product_id: UUID, changes: ProductChanges, expected_version: int | None, now: datetime
) -> Product:
    """Change a product, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownProduct: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField, UnknownCategory, SkuTaken: the change contradicts a rule.
    """
    for variant in changes.variants:
        check_variant(variant)
    for problem in problems_of_categories(changes.categories or ()):
        raise problem
    category_ids = category_ids_by_slug(changes.categories or ())
    for slug in changes.categories or ():
        if slug not in category_ids:
            raise UnknownCategory(category=slug)

    with (
        # Looked for below as well; this is for one that is created in the same instant.
        refusals({"catalog_variant_sku_once": lambda: SkuTaken(sku=changes.variants[-1].sku)}),
        transaction.atomic(durable=True),
    ):
        product = lock_product(product_id)
        if expected_version is not None and product.version != expected_version:
            raise Stale(current_version=product.version)

        is_changed = [
            _change_texts(product, changes),
            _change_variants(product, changes.variants, now),
            changes.categories is not None and _change_categories(product, category_ids),
        ]
        if any(is_changed):
            note_changes([product.pk], at=now)
            product.version += 1
    return product


def _change_texts(product: Product, changes: ProductChanges) -> bool:
    wanted = {
        name: text
        for name in ("title", "description", "brand")
        if (text := getattr(changes, name)) is not None and text != getattr(product, name)
    }
    for name, text in wanted.items():
        setattr(product, name, text)
    for problem in problems_of_texts(
        title=product.title, brand=product.brand, description=product.description
    ):
        raise problem
    if wanted:
        product.save(update_fields=list(wanted))
    return bool(wanted)


def _change_variants(product: Product, wanted: Sequence[NewVariant], now: datetime) -> bool:
    skus = {variant.sku for variant in wanted}
    known = {variant.sku: variant for variant in product.variants.all()} if wanted else {}
    elsewhere = Variant.objects.filter(sku__in=skus - known.keys()).order_by("sku")
    for variant in elsewhere if skus - known.keys() else ():
        raise SkuTaken(sku=variant.sku)

    is_changed = False
    for new in wanted:
        values = {field.name: getattr(new, field.name) for field in fields(new)}
        values["options"] = [list(pair) for pair in new.options.items()]
        present = known.get(new.sku)
        if present is None:
            if len(known) >= VARIANTS_MAX:
                raise InvalidField(field="variants", problem=f"at most {VARIANTS_MAX}")
            known[new.sku] = product.variants.create(**values, position=len(known), created_at=now)
            is_changed = True
        elif any(getattr(present, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(present, name, value)
            present.save(update_fields=list(values))
            is_changed = True
    return is_changed


def _change_categories(product: Product, wanted: Mapping[str, UUID]) -> bool:
    standing = ProductCategory.objects.filter(product=product)
    present = set(standing.values_list("category_id", flat=True))
    missing = set(wanted.values()) - present
    surplus = present - set(wanted.values())
    if surplus:
        standing.filter(category_id__in=surplus).delete()
    ProductCategory.objects.bulk_create(
        ProductCategory(product=product, category_id=category_id) for category_id in sorted(missing)
    )
    return bool(missing or surplus)
