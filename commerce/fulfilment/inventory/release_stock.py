"""Release stock: give back what a checkout had set aside and will not buy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.fulfilment.inventory.holds import free_units
from commerce.fulfilment.inventory.models import StockReservation


def release_stock(*, reference: str, now: datetime) -> None:
    """Give back what is still held; unknown, released or allocated: nothing to do."""
    with transaction.atomic(durable=True):
        found = StockReservation.objects.select_for_update(no_key=True).filter(reference=reference)
        free_units(list(found), at=now)
