"""Expire reservations: give back the units of checkouts whose time has run out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from commerce.fulfilment.inventory.holds import free_units
from commerce.fulfilment.inventory.models import (
    ReservationStatus,
    StockReservation,
    StockReservationLine,
)

# Locks a few hundred rows for some milliseconds.
BATCH_SIZE = 200


def expire_reservations(*, now: datetime, skus: Collection[str] | None = None) -> int:
    """Release a batch of overdue holds, oldest first, and say how many there were.

    Without `skus` it is the sweeper's: any number may run, each takes rows no other has. With
    `skus` a buyer needs exactly these units: every overdue hold on them is released, and one that
    a sweeper is busy with is waited for.
    """
    overdue = StockReservation.objects.filter(status=ReservationStatus.HELD, expires_at__lte=now)
    with transaction.atomic(durable=True):
        if skus is None:
            batch = overdue.order_by("expires_at", "id").select_for_update(
                skip_locked=True, no_key=True
            )[:BATCH_SIZE]
        else:
            wanted = StockReservationLine.objects.filter(
                reservation=OuterRef("pk"), level__sku__in=skus
            )
            batch = (
                overdue.filter(Exists(wanted))
                .order_by("id")
                .select_for_update(of=("self",), no_key=True)
            )
        expired = list(batch)
        free_units(expired, at=now)
    return len(expired)
