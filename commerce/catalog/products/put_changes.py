"""Changes of a product, checked and written: the step that all ways of changing share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.as_rows import translation_rows
from commerce.catalog.products.change_structure import Structure, change_structure
from commerce.catalog.products.drafts import (
    AttributeValue,
    InvalidField,
    NewVariant,
    ProductTexts,
)
from commerce.catalog.products.models import Product, ProductCategory
from commerce.catalog.products.queries import (
    UnknownCategory,
    category_ids_by_slug,
    lock_with_components,
)
from commerce.catalog.products.rules import (
    problems_of_categories,
    problems_of_options,
    problems_of_texts,
    problems_of_translations,
    problems_of_variant,
)
from commerce.shared.db import requires_transaction
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanges:
    """What is to be different; None leaves a thing as it is.

    `categories`, `attributes`, `options` and `translations` are complete new ones. A variant with
    a SKU that the product has replaces what stood there; one with a new SKU is added. Variants are
    taken away by retiring them.
    """

    title: str | None = None
    description: str | None = None
    brand: str | None = None
    product_type: str | None = None
    """Its code; empty: of no type. What the new type does not have is kept, and not shown."""
    attributes: Mapping[str, AttributeValue] | None = None
    options: Mapping[str, Sequence[str]] | None = None
    translations: Mapping[str, ProductTexts] | None = None
    categories: Sequence[str] | None = None
    variants: Sequence[NewVariant] = ()
    stated: Mapping[str, AttributeValue | None] = field(default_factory=dict)
    """Attributes to set beside those it states already; None removes one."""
    stated_by_sku: Mapping[str, Mapping[str, AttributeValue | None]] = field(default_factory=dict)
    """The same of variants that it has."""


@requires_transaction
def put_changes(
    *, product_id: UUID, changes: ProductChanges, expected_version: int | None, now: datetime
) -> tuple[Product, bool]:
    """Lock a product and write what is different; say whether anything is. Refuses as `change_product`."""
    for problem in _problems_of(changes):
        raise problem
    category_ids = category_ids_by_slug(changes.categories or ())
    for slug in changes.categories or ():
        if slug not in category_ids:
            raise UnknownCategory(category=slug)

    product = lock_with_components(product_id, changes.variants)
    if expected_version is not None and product.version != expected_version:
        raise Stale(current_version=product.version)

    is_changed = [
        _change_texts(product, changes),
        change_structure(
            product,
            Structure(
                product_type=changes.product_type,
                attributes=changes.attributes,
                options=changes.options,
                variants=changes.variants,
                stated=changes.stated,
                stated_by_sku=changes.stated_by_sku,
            ),
            now=now,
        ),
        changes.categories is not None and _change_categories(product, category_ids),
    ]
    if any(is_changed):
        note_changes([product.pk], at=now)
        product.version += 1
    return product, any(is_changed)


def _problems_of(changes: ProductChanges) -> Iterator[InvalidField]:
    for variant in changes.variants:
        yield from problems_of_variant(variant)
    yield from problems_of_categories(changes.categories or ())
    yield from problems_of_options(changes.options or {})
    yield from problems_of_translations(changes.translations or {})


def _change_texts(product: Product, changes: ProductChanges) -> bool:
    wanted: dict[str, Any] = {
        name: text
        for name in ("title", "description", "brand")
        if (text := getattr(changes, name)) is not None
    }
    if changes.translations is not None:
        wanted["translations"] = translation_rows(changes.translations)
    changed = {name: value for name, value in wanted.items() if value != getattr(product, name)}
    for name, value in changed.items():
        setattr(product, name, value)
    for problem in problems_of_texts(
        title=product.title, brand=product.brand, description=product.description
    ):
        raise problem
    if changed:
        product.save(update_fields=list(changed))
    return bool(changed)


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
