"""Price lists: reads, their lock, and the rules that their words must keep."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from commerce.catalog.listing.changes import note_changes_of, note_coming_changes_of
from commerce.catalog.markets.models import CODE_MAX, Market
from commerce.catalog.pricing.models import GROUP_MAX, PRIORITY_MAX, PriceList
from commerce.catalog.products.drafts import SLUG, InvalidField
from commerce.catalog.products.models import Product
from commerce.shared.db import requires_transaction
from commerce.shared.errors import Conflict, NotFound, Rejected

NAME_MAX: Final = 120


class UnknownPriceListId(NotFound):
    """There is no such price list."""

    code = "unknown_price_list_id"


class UnknownPriceList(Rejected):
    """There is no price list of this code."""

    code = "unknown_price_list"

    def __init__(self, *, price_list: str) -> None:
        super().__init__(f"there is no price list {price_list}")
        self.price_list = price_list


class PriceListEnded(Conflict):
    """The price list has been ended, and that is for good."""

    code = "price_list_ended"


class PriceListIsActive(Conflict):
    """Its prices are being charged: whom it is for and its rank stay as they are."""

    code = "price_list_is_active"


class PriceListTaken(Conflict):
    """Another price list has this code."""

    code = "price_list_taken"


@requires_transaction
def lock_price_lists(codes: Collection[str]) -> dict[str, PriceList]:
    """Lock lists in the order of their ids, before any product.

    So no two wait for each other, and who starts or ends a list sees every price in it.
    """
    rows = PriceList.objects.filter(code__in=codes).order_by("pk")
    return {x.code: x for x in rows.select_for_update(of=("self",), no_key=True)}


@requires_transaction
def lock_price_list(price_list_id: UUID) -> PriceList:
    """The same for one.

    Raises:
        UnknownPriceListId: there is none.
    """
    found = (
        PriceList.objects.select_for_update(of=("self",), no_key=True)
        .select_related("market")
        .filter(pk=price_list_id)
        .first()
    )
    if found is None:
        raise UnknownPriceListId
    return found


@requires_transaction
def note_products_of(price_list: PriceList, *, at: datetime) -> None:
    """Have every product with a price in the list shown anew: now, and at the list's two ends."""
    products = Product.objects.filter(variants__prices__price_list=price_list)
    note_changes_of(products, at=at)
    ends = (price_list.valid_from, price_list.valid_until)
    for moment in sorted(x for x in ends if x is not None and x > at):
        note_coming_changes_of(products, at=moment)


def find_price_list(price_list_id: UUID) -> PriceList:
    """Raises `UnknownPriceListId`."""
    found = PriceList.objects.select_related("market").filter(pk=price_list_id).first()
    if found is None:
        raise UnknownPriceListId
    return found


def find_market_of_list(code: str | None) -> Market | None:
    """Raises `InvalidField` for a market that there is not; None is every market."""
    if code is None:
        return None
    market = Market.objects.filter(code=code).first()
    if market is None:
        raise InvalidField(field="market", problem="there is no such market")
    return market


def check_price_list(row: PriceList) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    if len(row.code) > CODE_MAX or not re.fullmatch(SLUG, row.code):
        raise InvalidField(field="code", problem="small letters, digits and single hyphens")
    if not row.name.strip() or len(row.name) > NAME_MAX or "\x00" in row.name:
        raise InvalidField(field="name", problem=f"1 to {NAME_MAX} characters, none of them null")
    group = row.customer_group
    if group and (len(group) > GROUP_MAX or not re.fullmatch(SLUG, group)):
        raise InvalidField(
            field="customer_group", problem="small letters, digits and single hyphens"
        )
    if not -PRIORITY_MAX <= row.priority <= PRIORITY_MAX:
        raise InvalidField(field="priority", problem=f"from -{PRIORITY_MAX} to {PRIORITY_MAX}")
    if row.market is not None and row.market.currency != row.currency:
        raise InvalidField(field="market", problem=f"its currency is {row.market.currency}")
    if row.valid_from and row.valid_until and row.valid_until <= row.valid_from:
        raise InvalidField(field="valid_until", problem="must lie after the beginning")
