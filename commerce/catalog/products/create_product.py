"""Create one product: a batch of one."""

from __future__ import annotations

from datetime import datetime

from commerce.catalog.products.create_products import CreatedProduct, create_products
from commerce.catalog.products.drafts import NewProduct
from commerce.shared.errors import CommerceError


def create_product(*, product: NewProduct, now: datetime) -> CreatedProduct:
    """Create a draft with its variants.

    Asking again with the same slug and SKUs returns the product as it is.

    Raises:
        InvalidField, UnknownCategory: the description contradicts a rule.
        SlugTaken, SkuTaken: another product has the name.
    """
    [answer] = create_products(batch=[product], now=now)
    if isinstance(answer, CommerceError):
        raise answer
    return answer
