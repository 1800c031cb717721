"""Allocate stock: bind reserved units to a fulfilment order. A step of accepting one."""

from __future__ import annotations

from datetime import datetime

from commerce.fulfilment.inventory.levels import LevelChange, change_levels
from commerce.fulfilment.inventory.models import (
    ReservationStatus,
    StockReservation,
    StockReservationLine,
)
from commerce.fulfilment.refusals import WrongStatus
from commerce.shared.db import requires_transaction


@requires_transaction
def allocate_stock(reservation: StockReservation, *, at: datetime) -> list[StockReservationLine]:
    """Turn held units into allocated ones, and tell where they are, nearest location first.

    An overdue hold is as good as any other while its units have not been given to somebody else.

    Raises:
        WrongStatus: the units are not held; they were given back, or allocated before.
    """
    if reservation.status != ReservationStatus.HELD:
        raise WrongStatus(current_status=reservation.status)
    lines = list(
        reservation.lines.select_related("level__location").order_by(
            "level__sku", "level__location__priority", "level__location__code"
        )
    )
    change_levels(
        LevelChange(level_id=line.level_id, reserved=-line.quantity, allocated=line.quantity)
        for line in lines
    )
    reservation.allocate(at=at)
    reservation.save()
    return lines
