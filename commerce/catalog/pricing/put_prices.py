"""Prices laid over what stands and written: the step that all ways of pricing share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commerce.catalog.pricing.models import AMOUNT_MAX, QUANTITY_MAX, PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import PriceListEnded, UnknownPriceList, lock_price_lists
from commerce.catalog.pricing.schedule import Period, in_force, with_price
from commerce.catalog.pricing.timelines import (
    Named,
    Place,
    Timelines,
    load_timelines,
    tell,
    variants_by_sku,
    write_timelines,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownVariant, lock_product_ids
from commerce.shared.db import requires_transaction
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


@requires_transaction
def put_prices(batch: Sequence[NewPrice], *, now: datetime) -> list[Period | CommerceError]:
    """Write what is different; the answers and refusals are those of `set_prices`."""
    answers: list[Period | CommerceError | None] = [_refusal_of(new, now) for new in batch]
    named = variants_by_sku(
        {new.sku for new, refusal in zip(batch, answers, strict=True) if refusal is None}
    )

    lists = lock_price_lists({new.price_list for new in batch if new.price_list})
    lock_product_ids({x.product_id for x in named.values()})
    before = load_timelines([x.variant_id for x in named.values()], now=now)
    after: Timelines = dict(before)
    for i, new in enumerate(batch):
        if answers[i] is not None:
            continue
        place = _place_of(new, named, lists)
        if isinstance(place, CommerceError):
            answers[i] = place
            continue
        period = _period_of(new, now)
        after[place] = with_price(after.get(place, []), period)
        answers[i] = in_force(after[place], period.valid_from)
    write_timelines(before, after, now=now)
    tell(before, after, named, lists, now=now)
    return [answer for answer in answers if answer is not None]


def _refusal_of(new: NewPrice, now: datetime) -> InvalidField | None:
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


def _place_of(
    new: NewPrice, named: Mapping[str, Named], lists: Mapping[str, PriceList]
) -> Place | CommerceError:
    """Where on record a new price stands, or why it cannot stand there."""
    if new.sku not in named:
        return UnknownVariant()
    price_list = lists.get(new.price_list) if new.price_list else None
    if new.price_list and price_list is None:
        return UnknownPriceList(price_list=new.price_list)
    if price_list and price_list.status == PriceListStatus.ENDED:
        return PriceListEnded()
    if price_list and price_list.currency != new.price.currency:
        return InvalidField(field="price", problem=f"the list is in {price_list.currency}")
    return Place(
        variant_id=named[new.sku].variant_id,
        currency=new.price.currency,
        price_list_id=price_list.pk if price_list else None,
        min_quantity=new.min_quantity,
    )


def _period_of(new: NewPrice, now: datetime) -> Period:
    return Period(
        amount_minor=new.price.minor,
        compare_at_minor=new.compare_at.minor if new.compare_at else None,
        valid_from=new.valid_from or now,
        valid_until=new.valid_until,
    )
