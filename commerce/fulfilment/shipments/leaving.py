"""A step of a transaction: a parcel leaves, and its units with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.fulfilment.fulfilment_orders.progress import settle_progress
from commerce.fulfilment.interface.messages import ShipmentDispatchedV1
from commerce.fulfilment.inventory.levels import (
    LevelChange,
    Movement,
    change_levels,
    record_movements,
)
from commerce.fulfilment.inventory.models import MovementReason
from commerce.fulfilment.outbox import publish
from commerce.fulfilment.shipments.models import Shipment, ShipmentLine
from commerce.fulfilment.shipments.queries import units_by_line
from commerce.shared.db import requires_transaction


@requires_transaction
def leave(shipment: Shipment, *, at: datetime) -> None:
    """Let a locked, packed shipment go: stock, order and everybody who listens hear of it."""
    lines = list(
        ShipmentLine.objects.filter(shipment=shipment)
        .select_related("allocation__line")
        .order_by("allocation__line__position")
    )
    units_by_level: dict[UUID, int] = {}
    for line in lines:
        if line.allocation.line.is_made_to_order:
            # It was never on a shelf.
            continue
        level = line.allocation.level_id
        units_by_level[level] = units_by_level.get(level, 0) + line.quantity

    shipment.dispatch(at=at)
    shipment.save()
    record_movements(
        [
            Movement(
                level_id=level,
                quantity=-units,
                reason=MovementReason.SHIPPED,
                reference=f"shipment:{shipment.id}",
            )
            for level, units in units_by_level.items()
        ],
        at=at,
    )
    change_levels(
        LevelChange(level_id=level, on_hand=-units, allocated=-units)
        for level, units in units_by_level.items()
    )
    settle_progress(shipment.fulfilment_order, at=at)
    publish(
        ShipmentDispatchedV1(
            shipment_id=shipment.id,
            order_id=shipment.fulfilment_order.order_id,
            units_by_line=units_by_line(lines),
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number or "",
            dispatched_at=at,
        ),
        occurred_at=at,
    )
