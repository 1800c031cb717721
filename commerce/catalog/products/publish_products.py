"""Publish products, one or thousands: from now on they can be found and bought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.products.models import Product
from commerce.catalog.products.put_on_sale import NothingToSell, ProductRetired, put_on_sale
from commerce.shared.errors import CommerceError

__all__ = ["NothingToSell", "ProductRetired", "publish_products"]


def publish_products(
    *, product_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Product | CommerceError]:
    """Publish what can be published of a batch, in a fixed number of statements.

    A refusal never fails its neighbours; a product that is published already stays as it is.

    Refusals: `UnknownProduct`, `ProductRetired`, `NothingToSell`, `MissingAttributes`.
    """
    with transaction.atomic(durable=True):
        return put_on_sale(product_ids, now=now)
