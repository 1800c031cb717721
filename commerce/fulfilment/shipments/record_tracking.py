"""Record tracking: the carrier tells where a parcel is, in any order and more than once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from commerce.fulfilment.interface.messages import ShipmentDeliveredV1
from commerce.fulfilment.outbox import publish
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.shipments.leaving import leave
from commerce.fulfilment.shipments.models import Shipment, ShipmentStatus, TrackingEvent
from commerce.fulfilment.shipments.queries import lock_shipment
from commerce.fulfilment.shipments.tracking import status_told

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingUpdate:
    """One event of a parcel. `sequence` counts 1, 2, 3 … in the order in which it happened."""

    sequence: int
    status: str
    occurred_at: datetime
    description: str | None = None
    location: str | None = None


def record_tracking(*, shipment_id: UUID, update: TrackingUpdate) -> Shipment:
    """Keep what the carrier said, and move the shipment to where all its events say it is.

    The same event again changes nothing, and the order of arrival does not matter. A parcel the
    carrier has scanned has left, whether or not somebody has dispatched it here.

    Raises:
        ShipmentNotFound: there is no such shipment.
        WrongStatus: its label is still being bought; to be tried again.
    """
    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        if shipment.status == Shipment.Status.PACKING:
            raise WrongStatus(current_status=shipment.status)
        _, is_new = TrackingEvent.objects.get_or_create(
            shipment=shipment,
            sequence=update.sequence,
            defaults={
                "status": update.status[:32],
                "description": (update.description or "")[:500],
                "place": (update.location or "")[:200],
                "occurred_at": update.occurred_at,
            },
        )
        if is_new:
            _follow(shipment, update)
    return shipment


def _follow(shipment: Shipment, update: TrackingUpdate) -> None:
    events = TrackingEvent.objects.filter(shipment=shipment).values_list("sequence", "status")
    told = status_told(events)
    if told is None or told == shipment.status:
        return
    if shipment.status == Shipment.Status.CANCELED:
        # Its units are counted as being here. Somebody has to count the shelf and correct it.
        log.error("fulfilment.shipment.left_after_cancel", shipment_id=str(shipment.id))
        return
    if shipment.status == Shipment.Status.PACKED:
        leave(shipment, at=update.occurred_at)
    _move(shipment, told, at=update.occurred_at)


def _move(shipment: Shipment, told: ShipmentStatus, *, at: datetime) -> None:
    if told == shipment.status:
        return
    ways: dict[ShipmentStatus, Callable[[], None]] = {
        ShipmentStatus.DISPATCHED: shipment.go_on,
        ShipmentStatus.EXCEPTION: shipment.hold_up,
        ShipmentStatus.LOST: shipment.lose,
        ShipmentStatus.DELIVERED: lambda: shipment.deliver(at=at),
    }
    ways[told]()
    shipment.save()
    if told == ShipmentStatus.DELIVERED:
        publish(
            ShipmentDeliveredV1(
                shipment_id=shipment.id,
                order_id=shipment.fulfilment_order.order_id,
                delivered_at=at,
            ),
            occurred_at=at,
        )
