"""Reads of shipments."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.interface.dto import ShipmentSummary
from commerce.fulfilment.shipments.models import Shipment, ShipmentLine, TrackingEvent
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound


class ShipmentNotFound(NotFound):
    """There is no such shipment."""


@requires_transaction
def lock_shipment(shipment_id: UUID) -> Shipment:
    """Lock a shipment, its fulfilment order first: the order in which everybody locks.

    Raises:
        ShipmentNotFound: there is none.
    """
    order = (
        FulfilmentOrder.objects.select_for_update(of=("self",), no_key=True)
        .filter(shipments=shipment_id)
        .first()
    )
    if order is None:
        raise ShipmentNotFound
    shipment = (
        Shipment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("location")
        .get(pk=shipment_id)
    )
    shipment.fulfilment_order = order
    return shipment


def with_contents(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Add lines and what the carrier said: two more statements, however many shipments."""
    lines = ShipmentLine.objects.select_related("allocation__line").order_by(
        "allocation__line__position"
    )
    return shipments.select_related("fulfilment_order", "location").prefetch_related(
        Prefetch("lines", queryset=lines),
        Prefetch("tracking_events", queryset=TrackingEvent.objects.order_by("sequence")),
    )


def units_by_line(lines: Iterable[ShipmentLine]) -> dict[str, int]:
    """Add up the lines of a shipment by the asker's line ids."""
    units: dict[str, int] = {}
    for line in lines:
        line_id = str(line.allocation.line.line_id)
        units[line_id] = units.get(line_id, 0) + line.quantity
    return units


def shipments_of(*, order_id: UUID) -> list[ShipmentSummary]:
    """List an order's shipments, oldest first; those that were unpacked again are left out."""
    rows = (
        Shipment.objects.filter(fulfilment_order__order_id=order_id)
        .exclude(status=Shipment.Status.CANCELED)
        .prefetch_related(
            Prefetch("lines", queryset=ShipmentLine.objects.select_related("allocation__line"))
        )
        .order_by("id")
    )
    return [
        ShipmentSummary(
            shipment_id=row.id,
            status=row.status,
            carrier=row.carrier,
            tracking_number=row.tracking_number or "",
            units_by_line=units_by_line(row.lines.all()),
            dispatched_at=row.dispatched_at,
            delivered_at=row.delivered_at,
        )
        for row in rows
    ]
