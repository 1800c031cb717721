"""Put products, one or thousands, into a category beside those they stand in already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.models import ProductCategory
from commerce.catalog.products.queries import (
    UnknownCategory,
    UnknownProduct,
    category_ids_by_slug,
    lock_product_ids,
)


def assign_category(*, product_ids: Sequence[UUID], category: str, now: datetime) -> int:
    """Put every product into the category with this slug; say how many were not there before.

    Raises:
        UnknownCategory: there is none.
        UnknownProduct: one of them does not exist; nothing was changed.
    """
    category_id = category_ids_by_slug([category]).get(category)
    if category_id is None:
        raise UnknownCategory(category=category)

    with transaction.atomic(durable=True):
        ids = lock_product_ids(product_ids)
        if ids != set(product_ids):
            raise UnknownProduct
        present = ProductCategory.objects.filter(product__in=ids, category=category_id)
        missing = sorted(ids - set(present.values_list("product_id", flat=True)))
        if missing:
            ProductCategory.objects.bulk_create(
                ProductCategory(product_id=x, category_id=category_id) for x in missing
            )
            note_changes(missing, at=now)
    return len(missing)
