"""Give a label back: the shipment was canceled, and its postage is not to be paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from commerce.fulfilment.carriers import our_carrier
from commerce.fulfilment.carriers.gateway import CarrierRefused
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.queries import lock_shipment
from commerce.shared.ids import encode

log = structlog.get_logger(__name__)


def give_label_back(*, shipment_id: UUID, now: datetime) -> None:
    """Cancel whatever label a canceled shipment has at the carrier. May be repeated.

    Raises:
        CarrierUnavailable: no answer; to be asked again.
    """
    asked_for = Shipment.objects.get(pk=shipment_id)
    if asked_for.status != Shipment.Status.CANCELED or asked_for.next_attempt_at is None:
        return
    failure = ""
    try:
        our_carrier.our_carrier().give_label_back(reference=encode("ship", shipment_id))
    except CarrierRefused as refusal:
        # A parcel that we canceled is on its way: somebody has to look for it.
        log.exception("fulfilment.label.not_given_back", shipment_id=str(shipment_id))
        failure = str(refusal)[:500]

    with transaction.atomic(durable=True):
        shipment = lock_shipment(shipment_id)
        # Unless the label was bought in this very moment, and is to be given back again.
        if shipment.tracking_number == asked_for.tracking_number:
            shipment.next_attempt_at = None
            shipment.failure = failure or shipment.failure
            shipment.save(update_fields=["next_attempt_at", "failure"])
