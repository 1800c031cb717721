"""Fulfilment's figures for /metrics."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.inventory.models import ReservationStatus, StockReservation
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared import clock
from commerce.shared.gauges import gauge


@gauge("commerce_reservations_held", "Reservations that set stock aside for a checkout.")
def reservations_held() -> float:
    return StockReservation.objects.filter(status=ReservationStatus.HELD).count()


@gauge("commerce_reservations_oldest_seconds", "How long the oldest of them has been held.")
def reservations_oldest_seconds() -> float:
    held = StockReservation.objects.filter(status=ReservationStatus.HELD)
    return _age_s(held.aggregate(at=Min("held_at"))["at"])


@gauge("commerce_reservations_overdue_seconds", "How long the sweeper is behind.")
def reservations_overdue_seconds() -> float:
    held = StockReservation.objects.filter(status=ReservationStatus.HELD)
    return _age_s(held.aggregate(at=Min("expires_at"))["at"])


@gauge("commerce_fulfilment_orders_waiting", "Fulfilment orders not yet over.", label="status")
def fulfilment_orders_waiting() -> dict[str, float]:
    statuses = FulfilmentOrder.Status
    waiting = [statuses.OPEN, statuses.ON_HOLD, statuses.IN_PROGRESS]
    counted = dict(
        FulfilmentOrder.objects.filter(status__in=waiting)
        .values_list("status")
        .annotate(orders=Count("id"))
    )
    return {status.value: counted.get(status, 0) for status in waiting}


@gauge("commerce_labels_unfinished", "Shipments for which the carrier has yet to answer.")
def labels_unfinished() -> float:
    return Shipment.objects.filter(next_attempt_at__isnull=False).count()


@gauge("commerce_carrier_events_parked", "Carrier events given up; each waits for a person.")
def carrier_events_parked() -> float:
    return CarrierEvent.objects.filter(parked_at__isnull=False).count()


def _age_s(since: datetime | None) -> float:
    return max((clock.now() - since).total_seconds(), 0.0) if since else 0.0
