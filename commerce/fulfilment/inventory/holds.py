"""Steps of a transaction that set units aside and give them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from commerce.fulfilment.inventory.levels import LevelChange, change_levels, lock_free_levels
from commerce.fulfilment.inventory.models import (
    ReservationStatus,
    StockReservation,
    StockReservationLine,
)
from commerce.fulfilment.inventory.splitting import FreeUnits, split_units
from commerce.shared.db import requires_transaction
from commerce.shared.ids import new_id


@requires_transaction
def open_reservation(
    *, reference: str, expires_at: datetime, now: datetime
) -> tuple[StockReservation, bool]:
    """Give the reservation of a reference, locked, and whether it is new and still empty.

    The insert decides between two callers with one reference: the later one waits here, then
    finds what the first has left.
    """
    reservation = StockReservation(
        id=new_id(), reference=reference, expires_at=expires_at, held_at=now
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fulfilment_stockreservation (id, reference, status, expires_at, held_at)
            VALUES (%s, %s, %s, %s, %s) ON CONFLICT (reference) DO NOTHING
            """,
            [reservation.id, reference, reservation.status, expires_at, now],
        )
        if cursor.rowcount:
            reservation._state.adding = False
            return reservation, True
    known = StockReservation.objects.select_for_update(no_key=True).get(reference=reference)
    return known, False


@requires_transaction
def hold_units(reservation: StockReservation, *, units_by_sku: Mapping[str, int]) -> None:
    """Set aside every unit for a reservation that has none; three statements for any number.

    Raises:
        OutOfStock: some SKU has too few units left; nothing was changed.
    """
    free = [
        FreeUnits(
            level_id=level.id,
            sku=level.sku,
            location=level.location.code,
            priority=level.location.priority,
            units=level.available,
        )
        for level in lock_free_levels(skus=list(units_by_sku))
    ]
    taken = split_units(units_by_sku, free)
    change_levels(LevelChange(level_id=part.level_id, reserved=part.units) for part in taken)
    StockReservationLine.objects.bulk_create(
        [
            StockReservationLine(
                reservation=reservation, level_id=part.level_id, quantity=part.units
            )
            for part in taken
        ]
    )


@requires_transaction
def free_units(reservations: Collection[StockReservation], *, at: datetime) -> None:
    """Release held reservations that the caller has locked; three statements for any number."""
    held = [row.id for row in reservations if row.status == ReservationStatus.HELD]
    if not held:
        return
    by_level = (
        StockReservationLine.objects.filter(reservation__in=held)
        .values_list("level_id")
        .annotate(units=Sum("quantity"))
    )
    change_levels(LevelChange(level_id=level, reserved=-units) for level, units in by_level)
    # In bulk, past the state machine: the rows are locked, and only held ones are among them.
    StockReservation.objects.filter(pk__in=held, status=ReservationStatus.HELD).update(
        status=ReservationStatus.RELEASED, released_at=at
    )


def units_by_sku(reservation: StockReservation) -> dict[str, int]:
    """Add up what a reservation is for; it keeps its lines when it is released."""
    return dict(
        StockReservationLine.objects.filter(reservation=reservation)
        .values_list("level__sku")
        .annotate(units=Sum("quantity"))
        .order_by("level__sku")
    )
