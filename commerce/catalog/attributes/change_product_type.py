"""Change which attributes the products of a type state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.attributes.drafts import (
    NewProductType,
    NewTypeAttribute,
    check_product_type,
)
from commerce.catalog.attributes.models import ProductType
from commerce.catalog.attributes.put_type_attributes import put_type_attributes
from commerce.catalog.attributes.queries import ProductTypeNotFound
from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.products.models import Product
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTypeChanges:
    """What is to be different; None leaves a thing as it is. `attributes` is the complete list."""

    name: str | None = None
    attributes: Sequence[NewTypeAttribute] | None = None


def change_product_type(
    *, code: str, changes: ProductTypeChanges, expected_version: int | None, now: datetime
) -> ProductType:
    """Change a type, and have the documents of its products made again.

    Products on sale stay on sale, also if they lack what is required from now on; values of an
    attribute that is taken away are kept, and shown again should it come back.

    Raises:
        ProductTypeNotFound: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField, UnknownAttribute: the change contradicts a rule.
    """
    with transaction.atomic(durable=True):
        row = ProductType.objects.filter(code=code).select_for_update(no_key=True).first()
        if row is None:
            raise ProductTypeNotFound
        if expected_version is not None and row.version != expected_version:
            raise Stale(current_version=row.version)

        name = row.name if changes.name is None else changes.name
        check_product_type(
            NewProductType(code=row.code, name=name, attributes=changes.attributes or ())
        )
        is_changed, row.name = name != row.name, name
        if changes.attributes is not None:
            is_changed |= put_type_attributes(row, changes.attributes)
        if is_changed:
            row.version += 1
            row.save(update_fields=["name", "version"])
            note_changes_of(Product.objects.filter(product_type=row), at=now)
    return row
