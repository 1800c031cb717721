"""Cancel fulfilment: the order is off, and what has not left stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from commerce.fulfilment.fulfilment_orders.models import ONE_PER_ORDER, FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.progress import cancel_open_units
from commerce.fulfilment.fulfilment_orders.queries import allocations_of
from commerce.fulfilment.interface.errors import AlreadyShipped
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.unpacking import unpack
from commerce.shared.db import constraint_name


def cancel_fulfilment(*, order_id: UUID, reason: str, now: datetime) -> FulfilmentOrder:
    """Stop delivering an order. Asking again changes nothing.

    Parcels that stand packed are unpacked, and their labels given back. An order that nobody has
    asked for yet is remembered as canceled: a late request for it delivers nothing.

    Raises:
        AlreadyShipped: a unit has left the warehouse.
    """
    try:
        return _cancel(order_id, reason=reason, now=now)
    except IntegrityError as violation:
        if constraint_name(violation) != ONE_PER_ORDER:
            raise
    # The request arrived in the moment between looking for it and remembering its end.
    return _cancel(order_id, reason=reason, now=now)


def _cancel(order_id: UUID, *, reason: str, now: datetime) -> FulfilmentOrder:
    with transaction.atomic(durable=True):
        order = (
            FulfilmentOrder.objects.select_for_update(no_key=True).filter(order_id=order_id).first()
        )
        if order is None:
            order = FulfilmentOrder(order_id=order_id)
        elif order.status == FulfilmentOrder.Status.CANCELED:
            return order
        else:
            _take_everything_back(order, at=now)
        order.cancel(reason=reason, at=now)
        order.save()
    return order


def _take_everything_back(order: FulfilmentOrder, *, at: datetime) -> None:
    shipments = list(
        order.shipments.select_for_update(no_key=True)
        .exclude(status=Shipment.Status.CANCELED)
        .order_by("id")
    )
    if any(shipment.has_left for shipment in shipments):
        raise AlreadyShipped(order_id=order.order_id)
    unpack(shipments, at=at)
    cancel_open_units({row: row.open for row in allocations_of(order) if row.open})
