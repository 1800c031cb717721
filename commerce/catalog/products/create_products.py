"""Create products with their variants, one or thousands, as drafts nobody sees yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from commerce.catalog.products.drafts import NewProduct
from commerce.catalog.products.put_products import CreatedProduct, put_products
from commerce.shared.db import constraint_name
from commerce.shared.errors import CommerceError

__all__ = ["CreatedProduct", "create_products"]

# Each try loses only to somebody who has created one of the same products meanwhile.
TRIES: Final = 3


def create_products(
    *, batch: Sequence[NewProduct], now: datetime
) -> list[CreatedProduct | CommerceError]:
    """Create the products of a batch in a fixed number of statements.

    The answers stand in the order of the batch; a refusal never fails its neighbours. A product
    that exists with this slug and these SKUs is returned as it is, so a batch may be repeated.

    A bundle may name components that exist, or stand earlier in the batch.

    Refusals: `InvalidField`, `UnknownCategory`, `UnknownProductType`, `UnknownComponent`,
    `SlugTaken`, `SkuTaken`.
    """
    for _ in range(TRIES - 1):
        try:
            with transaction.atomic(durable=True):
                return put_products(batch, now=now)
        except IntegrityError as race:
            if constraint_name(race) not in (
                "catalog_product_slug_once",
                "catalog_variant_sku_once",
            ):
                raise
    with transaction.atomic(durable=True):
        return put_products(batch, now=now)
