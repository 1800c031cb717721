"""End prices of lists and tiers: from a moment on they hold no more, and others take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.pricing.models import PriceList
from commerce.catalog.pricing.price_lists import UnknownPriceList, lock_price_lists
from commerce.catalog.pricing.schedule import without
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
from commerce.shared.errors import CommerceError


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPrice:
    """Which price ends, now or from `ends_at` on, together with what was planned after it."""

    sku: str
    currency: str
    price_list: str | None = None
    min_quantity: int = 1
    ends_at: datetime | None = None


def end_prices(*, batch: Sequence[EndedPrice], now: datetime) -> list[CommerceError | None]:
    """End the prices of a batch in a fixed number of statements.

    The answers stand in the order of the batch: None, or why it was refused, which never fails
    its neighbours. Ending what does not hold changes nothing.

    The base price of a single unit cannot be ended: what is published can be bought. It is
    replaced by another price, or the variant is retired.

    Refusals: `UnknownVariant`, `UnknownPriceList`, `InvalidField`.
    """
    answers: list[CommerceError | None] = [_refusal_of(ended, now) for ended in batch]
    named = variants_by_sku(
        {x.sku for x, refusal in zip(batch, answers, strict=True) if refusal is None}
    )

    with transaction.atomic(durable=True):
        lists = lock_price_lists({x.price_list for x in batch if x.price_list})
        lock_product_ids({x.product_id for x in named.values()})
        before = load_timelines([x.variant_id for x in named.values()], now=now)
        after: Timelines = dict(before)
        for i, ended in enumerate(batch):
            if answers[i] is not None:
                continue
            place = _place_of(ended, named, lists)
            if isinstance(place, CommerceError):
                answers[i] = place
            elif place in after:
                after[place] = without(after[place], at=ended.ends_at or now)
        write_timelines(before, after, now=now)
        tell(before, after, named, lists, now=now)
    return answers


def _refusal_of(ended: EndedPrice, now: datetime) -> InvalidField | None:
    if ended.ends_at is not None and ended.ends_at < now:
        return InvalidField(field="ends_at", problem="the past cannot be changed")
    if ended.price_list is None and ended.min_quantity == 1:
        return InvalidField(field="min_quantity", problem="the base price cannot be ended")
    return None


def _place_of(
    ended: EndedPrice, named: Mapping[str, Named], lists: Mapping[str, PriceList]
) -> Place | CommerceError:
    if ended.sku not in named:
        return UnknownVariant()
    if ended.price_list and ended.price_list not in lists:
        return UnknownPriceList(price_list=ended.price_list)
    return Place(
        variant_id=named[ended.sku].variant_id,
        currency=ended.currency,
        price_list_id=lists[ended.price_list].pk if ended.price_list else None,
        min_quantity=ended.min_quantity,
    )
