"""Record a delivery: the carrier says that a shipment was handed over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.orders.fulfilment_progress import note_fulfilment
from commerce.billing.orders.locks import lock_order_money
from commerce.billing.orders.models import Order, OrderShipment
from commerce.billing.orders.timeline import event_of
from commerce.shared import ids


def record_delivery(*, order_id: UUID, shipment_id: UUID, at: datetime) -> Order:
    """Note the arrival, once; it may be heard of before the departure."""
    with transaction.atomic(durable=True):
        money = lock_order_money(order_id)
        shipment, _ = OrderShipment.objects.get_or_create(
            shipment_id=shipment_id, defaults={"order": money.order}
        )
        if shipment.delivered_at:
            return money.order
        shipment.delivered_at = at
        shipment.save(update_fields=["delivered_at"])
        note_fulfilment(money, at=at)
        event_of(
            money.order,
            "shipment_delivered",
            at=at,
            shipment_id=ids.encode("ship", shipment_id),
        ).save(force_insert=True)
    return money.order
