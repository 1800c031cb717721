"""Where delivering an order stands: the one writer of its fulfilment status."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.interface.messages import OrderFulfilledV1
from commerce.billing.orders.locks import OrderMoney
from commerce.billing.orders.models import Order, OrderLine, OrderLineComponent
from commerce.billing.orders.statuses import LineUnits, fulfilment_status_of, is_accounted_for
from commerce.billing.outbox import publish
from commerce.shared.db import requires_transaction


def units_of(money: OrderMoney) -> list[LineUnits]:
    """Give what has become of each line that is delivered; of a bundle, of each thing in it."""
    shipped = [line for line in money.lines.values() if line.requires_shipping]
    bundles = {line.id for line in shipped if line.is_bundle}
    delivered: list[OrderLine | OrderLineComponent] = [x for x in shipped if not x.is_bundle]
    delivered += [
        part
        for part in money.components.values()
        if part.order_line_id in bundles and part.requires_shipping
    ]
    return [
        LineUnits(
            ordered=row.quantity,
            dispatched=row.quantity_dispatched,
            canceled=row.quantity_canceled,
            returned=row.quantity_returned,
        )
        for row in delivered
    ]


@requires_transaction
def note_fulfilment(money: OrderMoney, *, at: datetime) -> None:
    """Work the status out from lines and shipments, and tell when the order becomes fulfilled.

    That is when nothing more will leave, whatever has come back meanwhile.
    """
    order = money.order
    units = units_of(money)
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
