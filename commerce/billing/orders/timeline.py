"""An order's timeline: one row for each thing that happened, written where it happens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.billing.orders.models import Order, OrderEvent
from commerce.shared.codec import to_plain


def event_of(order: Order | UUID, kind: str, *, at: datetime, **data: object) -> OrderEvent:
    """Make a row for the caller to store: ids and amounts, nothing personal."""
    order_id = order.id if isinstance(order, Order) else order
    details: dict[str, Any] = to_plain(data)
    return OrderEvent(order_id=order_id, kind=kind, data=details, occurred_at=at)
