"""Publish one product: a batch of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.catalog.products.models import Product
from commerce.catalog.products.publish_products import publish_products
from commerce.shared.errors import CommerceError


def publish_product(*, product_id: UUID, now: datetime) -> Product:
    """Let a product be found and bought. Calling it again changes nothing.

    Raises:
        UnknownProduct: there is none.
        NothingToSell: no variant has a price, so nobody could buy it.
        MissingAttributes: it does not state what its type requires.
        ProductRetired: it was taken from sale for good.
    """
    answer = publish_products(product_ids=[product_id], now=now)[product_id]
    if isinstance(answer, CommerceError):
        raise answer
    return answer
