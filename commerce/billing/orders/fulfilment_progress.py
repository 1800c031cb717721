"""Where delivering an order stands: the one writer of its fulfilment status."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.orders.locks import OrderMoney
from commerce.billing.orders.models import Order
from commerce.billing.orders.statuses import LineUnits, fulfilment_status_of
from commerce.shared.db import requires_transaction

Status = Order.FulfilmentStatus


@requires_transaction
def note_fulfilment(money: OrderMoney, *, at: datetime) -> bool:
    """Work the status out from lines and shipments; says whether the order became fulfilled now."""
    order = money.order
    order.fulfilment_status = fulfilment_status_of(
        [
            LineUnits(
                ordered=line.quantity,
                dispatched=line.quantity_dispatched,
                canceled=line.quantity_canceled,
                returned=line.quantity_returned,
            )
            for line in money.lines.values()
            if line.requires_shipping
        ],
        all_delivered=not order.shipments.filter(delivered_at__isnull=True).exists(),
    )
    is_open = order.status in (Order.Status.PAID, Order.Status.PARTIALLY_FULFILLED)
    became_fulfilled = is_open and order.fulfilment_status in (Status.FULFILLED, Status.DELIVERED)
    if became_fulfilled:
        order.mark_fulfilled(at=at)
    elif is_open and order.fulfilment_status == Status.PARTIALLY_FULFILLED:
        order.mark_partially_fulfilled()
    order.version += 1
    order.save(update_fields=["status", "fulfilment_status", "fulfilled_at", "version"])
    return became_fulfilled
