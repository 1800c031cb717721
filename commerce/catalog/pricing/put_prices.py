"""Prices laid over what stands and written: the step that all ways of pricing share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commerce.catalog.pricing.change_timelines import change_timelines
from commerce.catalog.pricing.models import AMOUNT_MAX, QUANTITY_MAX, PriceList, PriceListStatus
from commerce.catalog.pricing.price_lists import PriceListEnded
from commerce.catalog.pricing.schedule import Period, in_force, with_price
from commerce.catalog.products.drafts import InvalidField
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

    @property
    def currency(self) -> str:
        return self.price.currency


@requires_transaction
def put_prices(batch: Sequence[NewPrice], *, now: datetime) -> list[Period | CommerceError]:
    """Write what is different; the answers and refusals are those of `set_prices`."""
    answers = change_timelines(
        batch,
        refusal_of=lambda new: _refusal_of(new, now),
        refusal_in=_refusal_in,
        changed=lambda timeline, new: with_price(timeline, _period_of(new, now)),
        now=now,
    )
    return [
        answer if isinstance(answer, CommerceError) else _held(answer, new.valid_from or now)
        for new, answer in zip(batch, answers, strict=True)
    ]


def _held(timeline: Sequence[Period], at: datetime) -> Period:
    period = in_force(timeline, at)
    if period is None:
        raise ValueError(f"no price at {at}, for which one was just set")
    return period


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


def _refusal_in(new: NewPrice, price_list: PriceList) -> CommerceError | None:
    if price_list.status == PriceListStatus.ENDED:
        return PriceListEnded()
    if price_list.currency != new.currency:
        return InvalidField(field="price", problem=f"the list is in {price_list.currency}")
    return None


def _period_of(new: NewPrice, now: datetime) -> Period:
    return Period(
        amount_minor=new.price.minor,
        compare_at_minor=new.compare_at.minor if new.compare_at else None,
        valid_from=new.valid_from or now,
        valid_until=new.valid_until,
    )
