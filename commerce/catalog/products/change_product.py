"""Change what a product says, where it stands, and the variants it has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.products.models import Product
from commerce.catalog.products.put_changes import ProductChanges, put_changes
from commerce.catalog.products.refusals import SkuTaken
from commerce.shared.db import refusals

__all__ = ["ProductChanges", "change_product"]


def change_product(
    *, product_id: UUID, changes: ProductChanges, expected_version: int | None, now: datetime
) -> Product:
    """Change a product, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownProduct, UnknownVariant: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField, UnknownCategory, UnknownProductType, UnknownComponent, SkuTaken: the change
            contradicts a rule.
        MissingAttributes: it is for sale, and would lack what its type requires.
    """
    with (
        # Looked for below as well; this is for one that is created in the same instant.
        refusals({"catalog_variant_sku_once": lambda: SkuTaken(sku=changes.variants[-1].sku)}),
        transaction.atomic(durable=True),
    ):
        product, _ = put_changes(
            product_id=product_id, changes=changes, expected_version=expected_version, now=now
        )
    return product
