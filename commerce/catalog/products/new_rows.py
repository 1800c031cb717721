"""New products on their way into the tables: what they name is looked up, then all is copied."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from commerce.catalog.attributes.queries import UnknownProductType, type_ids_by_code
from commerce.catalog.attributes.stated import StatedAttributes, refusals_of
from commerce.catalog.products.as_rows import (
    JSON_COLUMNS,
    VARIANT_COLUMNS,
    option_rows,
    translation_rows,
    variant_values,
)
from commerce.catalog.products.bundles import Part, check_components, parts_by_sku
from commerce.catalog.products.drafts import InvalidField, NewProduct, NewVariant
from commerce.catalog.products.models import (
    BundleComponent,
    Product,
    ProductCategory,
    ProductStatus,
    Variant,
)
from commerce.catalog.products.queries import (
    UnknownCategory,
    category_ids_by_slug,
    lock_products_of,
)
from commerce.shared.db import copy_rows, requires_transaction
from commerce.shared.ids import new_id


@dataclass(frozen=True, slots=True)
class NewRows:
    """A product that is to be written, and the ids its rows will have."""

    product: NewProduct
    product_id: UUID
    variants: Sequence[tuple[UUID, NewVariant]]

    @classmethod
    def of(cls, product: NewProduct) -> NewRows:
        return cls(product, new_id(), [(new_id(), variant) for variant in product.variants])

    def parts(self) -> dict[str, Part]:
        return {x.sku: Part.of(x, variant_id=variant_id) for variant_id, x in self.variants}


class Named:
    """What the products of a batch name: categories, types, what they state, what is in bundles."""

    def __init__(
        self,
        *,
        category_ids: Mapping[str, UUID],
        type_ids: Mapping[str, UUID],
        refused: Mapping[int, InvalidField],
        parts: dict[str, Part],
    ) -> None:
        self.category_ids, self.type_ids, self.parts = category_ids, type_ids, parts
        self._refused = refused

    @classmethod
    @requires_transaction
    def load(cls, batch: Sequence[NewProduct]) -> Named:
        type_ids = type_ids_by_code(x.product_type for x in batch if x.product_type is not None)
        # A type that is not there is refused by its name; what was stated does not matter then.
        typed = [x for x in batch if x.product_type is None or x.product_type in type_ids]
        refusals = refusals_of(
            [
                StatedAttributes(
                    type_id=type_ids[x.product_type] if x.product_type is not None else None,
                    product=x.attributes,
                    variants=[variant.attributes for variant in x.variants],
                )
                for x in typed
            ]
        )
        skus = {
            component.sku
            for product in batch
            for variant in product.variants
            for component in variant.components
        }
        if skus:
            lock_products_of(skus)
        return cls(
            category_ids=category_ids_by_slug(slug for x in batch for slug in x.categories),
            type_ids=type_ids,
            refused={id(x): y for x, y in zip(typed, refusals, strict=True) if y is not None},
            parts=parts_by_sku(skus),
        )

    def check(self, rows: NewRows) -> None:
        """Raises `UnknownCategory`, `UnknownProductType`, `UnknownComponent`, `InvalidField`."""
        product = rows.product
        for slug in product.categories:
            if slug not in self.category_ids:
                raise UnknownCategory(category=slug)
        if product.product_type is not None and product.product_type not in self.type_ids:
            raise UnknownProductType(product_type=product.product_type)
        if id(product) in self._refused:
            raise self._refused[id(product)]
        if any(variant.components for variant in product.variants):
            parts = ChainMap(rows.parts(), self.parts)
            for variant in product.variants:
                check_components(variant, parts)

    def add(self, rows: NewRows) -> None:
        """Later products of the batch may name it."""
        self.parts.update(rows.parts())


@requires_transaction
def write_new(new: Sequence[NewRows], named: Named, *, now: datetime) -> None:
    draft = str(ProductStatus.DRAFT)
    copy_rows(
        Product,
        [
            *("id", "slug", "title", "description", "brand", "product_type_id", "attributes"),
            *("options", "translations", "status", "version", "created_at"),
        ],
        (
            (
                *(rows.product_id, x.slug, x.title, x.description, x.brand),
                named.type_ids[x.product_type] if x.product_type is not None else None,
                Jsonb(dict(x.attributes)),
                Jsonb(option_rows(x.options)),
                Jsonb(translation_rows(x.translations)),
                *(draft, 1, now),
            )
            for rows in new
            for x in (rows.product,)
        ),
    )
    copy_rows(
        Variant,
        ["id", "product_id", *VARIANT_COLUMNS, "position", "created_at"],
        (
            (variant_id, rows.product_id, *_columns_of(variant), position, now)
            for rows in new
            for position, (variant_id, variant) in enumerate(rows.variants)
        ),
    )
    copy_rows(
        ProductCategory,
        ["product_id", "category_id"],
        (
            (rows.product_id, named.category_ids[slug])
            for rows in new
            for slug in dict.fromkeys(rows.product.categories)
        ),
    )
    contents = [
        (variant_id, named.parts[x.sku].variant_id, x.quantity, position)
        for rows in new
        for variant_id, variant in rows.variants
        for position, x in enumerate(variant.components)
    ]
    if contents:
        copy_rows(BundleComponent, ["bundle_id", "component_id", "quantity", "position"], contents)


def _columns_of(variant: NewVariant) -> list[Any]:
    values = variant_values(variant)
    return [Jsonb(values[x]) if x in JSON_COLUMNS else values[x] for x in VARIANT_COLUMNS]
