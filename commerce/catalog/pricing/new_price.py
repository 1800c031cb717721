"""A price in plain words, and what they must keep, whatever it is the price of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commerce.catalog.pricing.models import AMOUNT_MAX, QUANTITY_MAX, PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import PriceListEnded
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import CommerceError
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """What a SKU is to cost, from now on or from `valid_from`.

    Until `valid_until`, and then again what it cost before; without an end, until the next price
    that is already planned. In a price list by its code, or as the base price; for each unit from
    `min_quantity` on. `compare_at` is the regular price that it is announced beside.
    """

    sku: str
    price: Money
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    price_list: str | None = None
    min_quantity: int = 1
    compare_at: Money | None = None

    @property
    def currency(self) -> str:
        return self.price.currency


def refusal_of_price(new: NewPrice, *, now: datetime) -> InvalidField | None:
    """Say why it cannot stand, whatever it is the price of."""
    if not 0 <= new.price.minor <= AMOUNT_MAX:
        return InvalidField(field="price", problem=f"from 0 to {AMOUNT_MAX} minor units")
    if new.compare_at is not None and (
        new.compare_at.currency != new.price.currency
        or not new.price.minor < new.compare_at.minor <= AMOUNT_MAX
    ):
        return InvalidField(field="compare_at", problem="must be more, in the same currency")
    if not 1 <= new.min_quantity <= QUANTITY_MAX:
        return InvalidField(field="min_quantity", problem=f"from 1 to {QUANTITY_MAX}")
    if new.valid_from is not None and new.valid_from < now:
        return InvalidField(field="valid_from", problem="the past cannot be changed")
    if new.valid_until is not None and new.valid_until <= (new.valid_from or now):
        return InvalidField(field="valid_until", problem="must lie after the beginning")
    return None


def refusal_in_list(new: NewPrice, price_list: PriceList) -> CommerceError | None:
    """Say why it cannot stand in this list."""
    if price_list.status == PriceListStatus.ENDED:
        return PriceListEnded()
    if price_list.currency != new.currency:
        return InvalidField(field="price", problem=f"the list is in {price_list.currency}")
    return None
