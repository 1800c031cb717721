"""End prices of lists and tiers: from a moment on they hold no more, and others take over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.pricing.change_timelines import change_timelines
from commerce.catalog.pricing.schedule import without
from commerce.catalog.products.drafts import InvalidField
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
    with transaction.atomic(durable=True):
        answers = change_timelines(
            batch,
            refusal_of=lambda ended: _refusal_of(ended, now),
            refusal_in=lambda _ended, _price_list: None,
            changed=lambda timeline, ended: without(timeline, at=ended.ends_at or now),
            now=now,
        )
    return [answer if isinstance(answer, CommerceError) else None for answer in answers]


def _refusal_of(ended: EndedPrice, now: datetime) -> InvalidField | None:
    if ended.ends_at is not None and ended.ends_at < now:
        return InvalidField(field="ends_at", problem="the past cannot be changed")
    if ended.price_list is None and ended.min_quantity == 1:
        return InvalidField(field="min_quantity", problem="the base price cannot be ended")
    return None
