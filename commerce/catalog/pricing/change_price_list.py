"""Change a price list: everything of a draft, only the name and the end of an active one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.pricing.models import PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import (
    PriceListEnded,
    PriceListIsActive,
    check_price_list,
    find_market_of_list,
    lock_price_list,
    note_products_of,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import Stale

# Of an active list; the rest would change what it said of the past.
_MAY_STILL_CHANGE: Final = {"name", "valid_until"}


class PriceListChanges(TypedDict, total=False):
    """What is to be different; what is not named stays. The code and the currency never change."""

    name: str
    market: str | None
    customer_group: str
    priority: int
    valid_from: datetime | None
    valid_until: datetime | None


def change_price_list(
    *,
    price_list_id: UUID,
    changes: PriceListChanges,
    expected_version: int | None,
    now: datetime,
) -> PriceList:
    """Change a list, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownPriceListId: there is none.
        Stale: it has changed since `expected_version`.
        PriceListEnded: nothing of it changes any more.
        PriceListIsActive: only its name and its end can still be changed.
        InvalidField: the change contradicts a rule.
    """
    with transaction.atomic(durable=True):
        row = lock_price_list(price_list_id)
        if expected_version is not None and row.version != expected_version:
            raise Stale(current_version=row.version)
        wanted: dict[str, Any] = dict(changes)
        if "market" in wanted:
            wanted["market"] = find_market_of_list(wanted["market"])
        wanted = {name: x for name, x in wanted.items() if x != getattr(row, name)}
        if not wanted:
            return row
        if row.status == PriceListStatus.ENDED:
            raise PriceListEnded
        if row.status == PriceListStatus.ACTIVE:
            _refuse_another_past(row, wanted, now)

        for name, value in wanted.items():
            setattr(row, name, value)
        check_price_list(row)
        row.version += 1
        row.save(update_fields=[*wanted, "version"])
        if row.status == PriceListStatus.ACTIVE and "valid_until" in wanted:
            note_products_of(row, at=now)
    return row


def _refuse_another_past(row: PriceList, wanted: dict[str, Any], now: datetime) -> None:
    if wanted.keys() - _MAY_STILL_CHANGE:
        raise PriceListIsActive
    if "valid_until" not in wanted:
        return
    is_over = row.valid_until is not None and row.valid_until <= now
    if is_over or (wanted["valid_until"] is not None and wanted["valid_until"] < now):
        raise InvalidField(field="valid_until", problem="the past cannot be changed")
