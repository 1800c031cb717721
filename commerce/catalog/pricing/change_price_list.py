"""Change a price list: everything of a draft, only the name and the end of an active one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.markets.models import Market
from commerce.catalog.pricing.models import PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import (
    PriceListEnded,
    PriceListIsActive,
    check_price_list,
    lock_price_list,
    note_products_of,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import Stale

# Of an active list; the rest would change what it said of the past.
_MAY_STILL_CHANGE: Final = {"name", "valid_until"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListTerms:
    """All of a list that can be changed; its code and its currency stay."""

    name: str
    market: str | None
    customer_group: str
    priority: int
    valid_from: datetime | None
    valid_until: datetime | None


def change_price_list(
    *,
    price_list_id: UUID,
    terms: PriceListTerms,
    expected_version: int | None,
    now: datetime,
) -> PriceList:
    """Give a list other terms, if it is still as the caller read it.

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
        changed = _changes(row, terms)
        if not changed:
            return row
        if row.status == PriceListStatus.ENDED:
            raise PriceListEnded
        if row.status == PriceListStatus.ACTIVE:
            _refuse_other_past(row, changed, terms, now)

        for name in changed - {"market"}:
            setattr(row, name, getattr(terms, name))
        if "market" in changed:
            row.market = _market(terms.market)
        check_price_list(row)
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        if row.status == PriceListStatus.ACTIVE and "valid_until" in changed:
            note_products_of(row, at=now)
    return row


def _changes(row: PriceList, terms: PriceListTerms) -> set[str]:
    names = ("name", "customer_group", "priority", "valid_from", "valid_until")
    changed = {name for name in names if getattr(row, name) != getattr(terms, name)}
    if terms.market != (row.market.code if row.market else None):
        changed.add("market")
    return changed


def _refuse_other_past(
    row: PriceList, changed: set[str], terms: PriceListTerms, now: datetime
) -> None:
    if changed - _MAY_STILL_CHANGE:
        raise PriceListIsActive
    if "valid_until" not in changed:
        return
    is_over = row.valid_until is not None and row.valid_until <= now
    if is_over or (terms.valid_until is not None and terms.valid_until < now):
        raise InvalidField(field="valid_until", problem="the past cannot be changed")


def _market(code: str | None) -> Market | None:
    if code is None:
        return None
    market = Market.objects.filter(code=code).first()
    if market is None:
        raise InvalidField(field="market", problem="there is no such market")
    return market
