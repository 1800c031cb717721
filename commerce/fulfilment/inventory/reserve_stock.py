"""Reserve stock: set units aside for a checkout, exactly, however many buyers want the last one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commerce.fulfilment.interface.errors import OutOfStock, ReservationReused
from commerce.fulfilment.inventory.expire_reservations import expire_reservations
from commerce.fulfilment.inventory.holds import hold_units, open_reservation, units_by_sku
from commerce.fulfilment.inventory.models import ReservationStatus, StockReservation
from commerce.fulfilment.inventory.queries import availability_of
from commerce.fulfilment.refusals import refuse_no_units


def reserve_stock(
    *, reference: str, units_by_sku: Mapping[str, int], expires_at: datetime, now: datetime
) -> StockReservation:
    """Set aside every unit or none, until `expires_at`. Six SQL statements for any number of lines.

    Asking again with the same reference returns the first answer, and lets what is held be held
    for as long as the later of the two wishes. A reservation that has been released, or is
    overdue, is made anew.

    Raises:
        OutOfStock: some SKU has too few units; nothing was set aside.
        ReservationReused: the reference holds other units.
    """
    refuse_no_units(units_by_sku.values())
    wish = dict(units_by_sku)
    try:
        return _set_aside(reference, wish, expires_at=expires_at, now=now)
    except OutOfStock:
        # Holds that nobody came back for may not stop a sale. One snapshot decides whether
        # they are all that stands in the way (docs/adr/0010-stock-reservations.md).
        _refuse_shortage(wish, now=now)
    expire_reservations(now=now, skus=list(wish))
    return _set_aside(reference, wish, expires_at=expires_at, now=now)


def _set_aside(
    reference: str, wish: Mapping[str, int], *, expires_at: datetime, now: datetime
) -> StockReservation:
    with transaction.atomic(durable=True):
        reservation, is_new = open_reservation(reference=reference, expires_at=expires_at, now=now)
        if is_new:
            hold_units(reservation, units_by_sku=wish)
            return reservation

        if units_by_sku(reservation) != wish:
            raise ReservationReused
        if reservation.status == ReservationStatus.RELEASED:
            reservation.lines.all().delete()
            hold_units(reservation, units_by_sku=wish)
            reservation.renew(until=expires_at, at=now)
            reservation.save()
        elif reservation.is_overdue(now=now):
            # Its units are still set aside: it only has to be kept from the sweeper.
            reservation.renew(until=expires_at, at=now)
            reservation.save()
        elif reservation.status == ReservationStatus.HELD and reservation.expires_at < expires_at:
            reservation.expires_at = expires_at
            reservation.save(update_fields=["expires_at"])
    return reservation


def _refuse_shortage(wish: Mapping[str, int], *, now: datetime) -> None:
    for found in availability_of(skus=list(wish), now=now):
        if found.available < wish[found.sku]:
            raise OutOfStock(sku=found.sku, wanted=wish[found.sku], available=found.available)
