"""Retire a product: it leaves the lists and cannot be bought any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.listing.changes import note_changes
from commerce.catalog.products.models import Product, ProductStatus
from commerce.catalog.products.queries import lock_product


def retire_product(*, product_id: UUID, now: datetime) -> Product:
    """Take a product from sale for good; orders placed before are delivered as agreed.

    Calling it again changes nothing.

    Raises:
        UnknownProduct: there is none.
    """
    with transaction.atomic(durable=True):
        product = lock_product(product_id)
        if product.status == ProductStatus.RETIRED:
            return product

        product.retire(at=now)
        product.save(update_fields=["status", "retired_at"])
        note_changes([product.pk], at=now)
        product.version += 1
    return product
