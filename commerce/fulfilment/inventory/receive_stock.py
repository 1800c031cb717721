"""Receive stock: units come in from a supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.fulfilment.inventory.levels import (
    LevelChange,
    Movement,
    change_levels,
    open_levels,
    record_movements,
)
from commerce.fulfilment.inventory.models import MovementReason
from commerce.fulfilment.inventory.queries import location_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceipt:
    """Units of a SKU that arrived at a location; `reference` names the delivery."""

    location: str
    sku: str
    units: int
    reference: str
    note: str = ""


def receive_stock(receipts: Sequence[StockReceipt], *, now: datetime) -> int:
    """Book what arrived, in one transaction, and say how many receipts were new.

    The same reference books a SKU at a location once, however often it is sent.

    Raises:
        UnknownLocation: a receipt names no location of ours.
    """
    if any(receipt.units < 1 for receipt in receipts):
        raise ValueError("a receipt brings at least one unit")
    locations = location_ids({receipt.location for receipt in receipts})

    with transaction.atomic(durable=True):
        levels = open_levels({(locations[x.location], x.sku) for x in receipts})
        new = record_movements(
            [
                Movement(
                    level_id=levels[locations[x.location], x.sku],
                    quantity=x.units,
                    reason=MovementReason.RECEIVED,
                    reference=x.reference,
                    note=x.note,
                )
                for x in receipts
            ],
            at=now,
        )
        change_levels(_units_on_hand(new))
    return len(new)


def _units_on_hand(movements: Sequence[Movement]) -> list[LevelChange]:
    # Two deliveries of one SKU may arrive in one batch.
    units: dict[UUID, int] = {}
    for movement in movements:
        units[movement.level_id] = units.get(movement.level_id, 0) + movement.quantity
    return [LevelChange(level_id=level, on_hand=total) for level, total in units.items()]
