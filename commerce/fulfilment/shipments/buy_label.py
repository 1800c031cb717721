"""Buy a label: the carrier is asked under the shipment's own id until it has answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from commerce.fulfilment.carriers import our_carrier
from commerce.fulfilment.carriers.gateway import (
    CarrierRefused,
    CarrierUnavailable,
    Label,
    LabelOrder,
)
from commerce.fulfilment.fulfilment_orders.progress import settle_progress
from commerce.fulfilment.interface.dto import Address
from commerce.fulfilment.inventory.models import StockLocation
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.queries import ShipmentNotFound, lock_shipment
from commerce.fulfilment.shipments.unpacking import unpack
from commerce.shared.codec import from_plain
from commerce.shared.ids import encode

log = structlog.get_logger(__name__)

# A call takes at most seven seconds: whoever comes later finds that it is over.
BUY_AGAIN_AFTER = timedelta(seconds=30)


def buy_label(*, shipment_id: UUID, now: datetime) -> Shipment:
    """Get the label of a shipment that is *packing*; whatever it is otherwise, it stays.

    The carrier is called between two transactions, and sells one label for one reference: a
    crash at any line is mended by calling this again.

    Raises:
        ShipmentNotFound: there is no such shipment.
        CarrierRefused: the parcel is not taken; its units are open again.
    """
    shipment = (
        Shipment.objects.select_related("fulfilment_order", "location")
        .filter(pk=shipment_id)
        .first()
    )
    if shipment is None:
        raise ShipmentNotFound
    if shipment.status != Shipment.Status.PACKING:
        return shipment
    try:
        label = our_carrier.our_carrier().buy_label(_order_of(shipment))
    except CarrierUnavailable as silence:
        log.warning("fulfilment.label.no_answer", shipment_id=str(shipment.id), error=str(silence))
        return _note_silence(shipment_id, why=str(silence))
    except CarrierRefused as refusal:
        _give_up(shipment_id, why=str(refusal), now=now)
        raise
    return _keep(shipment_id, label, now=now)


def _order_of(shipment: Shipment) -> LabelOrder:
    return LabelOrder(
        reference=encode("ship", shipment.id),
        service=shipment.fulfilment_order.delivery_option,
        sender=_address_of(shipment.location),
        receiver=from_plain(Address, shipment.fulfilment_order.ship_to),
        weight_g=shipment.weight_g,
    )


def _address_of(location: StockLocation) -> Address:
    return Address(
        name=location.title,
        line1=location.line1,
        city=location.city,
        region=location.region,
        postal_code=location.postal_code,
        country=location.country,
    )


def _keep(shipment_id: UUID, label: Label, *, now: datetime) -> Shipment:
    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        shipment.carrier = label.carrier
        shipment.tracking_number = label.tracking_number
        shipment.label_format, shipment.label = label.format, label.data
        if shipment.status == Shipment.Status.PACKING:
            shipment.pack(at=now)
        elif shipment.status == Shipment.Status.CANCELED:
            # Canceled while we were on the line: the label has to be given back again.
            shipment.next_attempt_at = now
        shipment.save()
    return shipment


def _note_silence(shipment_id: UUID, *, why: str) -> Shipment:
    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        shipment.failure = why[:500]
        shipment.save(update_fields=["failure"])
    return shipment


def _give_up(shipment_id: UUID, *, why: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        if shipment.status != Shipment.Status.PACKING:
            return
        shipment.failure = why[:500]
        unpack([shipment], at=now)
        settle_progress(shipment.fulfilment_order, at=now)
