"""End a price list for good: what it had a price for costs again what other lists say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.pricing.models import PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import lock_price_list, note_products_of


def end_price_list(*, price_list_id: UUID, now: datetime) -> PriceList:
    """End a draft or an active list. One that has ended stays as it is.

    Raises:
        UnknownPriceListId: there is none.
    """
    with transaction.atomic(durable=True):
        row = lock_price_list(price_list_id)
        if row.status == PriceListStatus.ENDED:
            return row
        was_active = row.status == PriceListStatus.ACTIVE
        row.end(at=now)
        row.version += 1
        row.save(update_fields=["status", "ended_at", "version"])
        if was_active:
            note_products_of(row, at=now)
    return row
