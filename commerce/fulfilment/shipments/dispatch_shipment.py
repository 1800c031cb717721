"""Dispatch a shipment: the carrier has taken the parcel over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.shipments.leaving import leave
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.queries import lock_shipment


def dispatch_shipment(*, shipment_id: UUID, now: datetime) -> Shipment:
    """Let a packed parcel go. Dispatching again changes nothing.

    Raises:
        ShipmentNotFound: there is no such shipment.
        WrongStatus: it has no label yet, or was canceled.
    """
    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        if shipment.has_left:
            return shipment
        if not can_proceed(shipment.dispatch):
            raise WrongStatus(current_status=shipment.status)
        leave(shipment, at=now)
    return shipment
