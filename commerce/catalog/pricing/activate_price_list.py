"""Activate a price list: from now on, and within its time, its prices are charged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.pricing.models import PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import PriceListEnded, lock_price_list, note_products_of


def activate_price_list(*, price_list_id: UUID, now: datetime) -> PriceList:
    """Let a draft count. An active list stays as it is.

    Raises:
        UnknownPriceListId: there is none.
        PriceListEnded: it has been ended, and that is for good.
    """
    with transaction.atomic(durable=True):
        row = lock_price_list(price_list_id)
        if row.status == PriceListStatus.ACTIVE:
            return row
        if row.status == PriceListStatus.ENDED:
            raise PriceListEnded
        row.activate(at=now)
        row.version += 1
        row.save(update_fields=["status", "activated_at", "version"])
        note_products_of(row, at=now)
    return row
