"""What the catalog is told of the promotions of an order: used for good, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.billing.checkout.promotions import redemption_reference
from commerce.billing.orders.models import Order
from commerce.catalog.interface import services as catalog
from commerce.shared.codec import from_plain
from commerce.shared.messages import Message


def confirmation_of(order: Order, *, at: datetime) -> Sequence[Message]:
    reference = _held_under(order)
    if reference is None:
        return []
    uses = from_plain(list[catalog.UsedPromotion], order.promotions)
    return [
        catalog.ConfirmRedemptionsV1(
            reference=reference,
            promotion_ids=[use.promotion_id for use in uses],
            confirmed_at=at,
            uses=uses,
        )
    ]


def release_of(order: Order, *, at: datetime) -> Sequence[Message]:
    reference = _held_under(order)
    if reference is None:
        return []
    return [catalog.ReleaseRedemptionsV1(references=[reference], released_at=at)]


def _held_under(order: Order) -> str | None:
    """Most orders have used no promotion; that of a renewal comes from no checkout and never has."""
    if not order.promotions or order.checkout_id is None:
        return None
    return redemption_reference(order.checkout_id)
