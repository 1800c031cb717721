"""A batch of changes to timelines of prices: the step that setting and ending prices share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from commerce.catalog.pricing.models import PriceList
from commerce.catalog.pricing.price_lists import UnknownPriceList, lock_price_lists
from commerce.catalog.pricing.schedule import Period
from commerce.catalog.pricing.timelines import (
    Named,
    Place,
    Timelines,
    load_timelines,
    tell,
    variants_by_sku,
    write_timelines,
)
from commerce.catalog.products.queries import UnknownVariant, lock_product_ids
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError


class Change(Protocol):
    """Which timeline is meant: of a SKU in a currency, from a quantity on, in a list or the base."""

    @property
    def sku(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def price_list(self) -> str | None: ...
    @property
    def min_quantity(self) -> int: ...


@requires_transaction
def change_timelines[C: Change](
    batch: Sequence[C],
    *,
    refusal_of: Callable[[C], CommerceError | None],
    refusal_in: Callable[[C, PriceList], CommerceError | None],
    changed: Callable[[Sequence[Period], C], list[Period]],
    now: datetime,
) -> list[Sequence[Period] | CommerceError]:
    """Write what is different, and give each timeline as it is after its change, or the refusal.

    A fixed number of statements. `refusal_of` judges a change by itself, `refusal_in` beside the
    price list that it names; nobody's refusal fails a neighbour.
    """
    refusals = [refusal_of(change) for change in batch]
    named = variants_by_sku(
        {x.sku for x, refusal in zip(batch, refusals, strict=True) if refusal is None}
    )
    lists = lock_price_lists({x.price_list for x in batch if x.price_list})
    lock_product_ids({x.product_id for x in named.values()})
    before = load_timelines([x.variant_id for x in named.values()], now=now)
    after: Timelines = dict(before)
    answers: list[Sequence[Period] | CommerceError] = []
    for change, refusal in zip(batch, refusals, strict=True):
        place = refusal or _place_of(change, named, lists, refusal_in)
        if isinstance(place, CommerceError):
            answers.append(place)
            continue
        timeline = changed(after.get(place, []), change)
        if timeline or place in after:
            after[place] = timeline
        answers.append(timeline)
    write_timelines(before, after, now=now)
    tell(before, after, named, lists, now=now)
    return answers


def _place_of[C: Change](
    change: C,
    named: Mapping[str, Named],
    lists: Mapping[str, PriceList],
    refusal_in: Callable[[C, PriceList], CommerceError | None],
) -> Place | CommerceError:
    """Where on record it stands, or why it cannot stand there."""
    if change.sku not in named:
        return UnknownVariant()
    price_list = lists.get(change.price_list) if change.price_list else None
    if change.price_list and price_list is None:
        return UnknownPriceList(price_list=change.price_list)
    if price_list and (refusal := refusal_in(change, price_list)):
        return refusal
    return Place(
        variant_id=named[change.sku].variant_id,
        currency=change.currency,
        price_list_id=price_list.pk if price_list else None,
        min_quantity=change.min_quantity,
    )
