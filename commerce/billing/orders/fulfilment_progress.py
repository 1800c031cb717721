"""Where delivering an order stands: the one writer of its fulfilment status."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.interface.messages import OrderFulfilledV1
from commerce.billing.orders.locks import OrderMoney
from commerce.billing.orders.models import Order
from commerce.billing.orders.statuses import LineUnits, fulfilment_status_of, is_accounted_for
from commerce.billing.outbox import publish
from commerce.shared.db import requires_transaction


@requires_transaction
def note_fulfilment(money: OrderMoney, *, at: datetime) -> None:
    """Work the status out from lines and shipments, and tell when the order becomes fulfilled.

    That is when nothing more will leave, whatever has come back meanwhile.
    """
    order = money.order
    units = [
        LineUnits(
            ordered=line.quantity,
            dispatched=line.quantity_dispatched,
            canceled=line.quantity_canceled,
            returned=line.quantity_returned,
        )
        for line in money.lines.values()
        if line.requires_shipping
    ]
    order.fulfilment_status = fulfilment_status_of(
        units,
        all_delivered=not order.shipments.filter(delivered_at__isnull=True).exists(),
    )
    is_open = order.status in (Order.Status.PAID, Order.Status.PARTIALLY_FULFILLED)
    if is_open and is_accounted_for(units):
        order.mark_fulfilled(at=at)
        publish(OrderFulfilledV1(order_id=order.id, fulfilled_at=at), occurred_at=at)
    elif is_open and any(line.dispatched for line in units):
        order.mark_partially_fulfilled()
    order.version += 1
    order.save(update_fields=["status", "fulfilment_status", "fulfilled_at", "version"])
