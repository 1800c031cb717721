"""What the catalog is told of the promotions of an order: used for good, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from commerce.billing.orders.models import Order
from commerce.catalog.interface import services as catalog
from commerce.shared.messages import Message


def confirmation_of(order: Order, *, at: datetime) -> Sequence[Message]:
    if not order.promotions:
        return []
    return [
        catalog.ConfirmRedemptionsV1(
            reference=str(order.checkout_id),
            promotion_ids=[UUID(use["promotion_id"]) for use in order.promotions],
            confirmed_at=at,
        )
    ]


def release_of(order: Order, *, at: datetime) -> Sequence[Message]:
    if not order.promotions:
        return []
    return [catalog.ReleaseRedemptionsV1(references=[str(order.checkout_id)], released_at=at)]
