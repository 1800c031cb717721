"""Prices laid over what stands and written: the step that all ways of pricing share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.catalog.pricing.change_timelines import change_timelines
from commerce.catalog.pricing.new_price import NewPrice, refusal_in_list, refusal_of_price
from commerce.catalog.pricing.schedule import Period, in_force, with_price
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError


@requires_transaction
def put_prices(batch: Sequence[NewPrice], *, now: datetime) -> list[Period | CommerceError]:
    """Write what is different; the answers and refusals are those of `set_prices`."""
    answers = change_timelines(
        batch,
        refusal_of=lambda new: refusal_of_price(new, now=now),
        refusal_in=refusal_in_list,
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


def _period_of(new: NewPrice, now: datetime) -> Period:
    return Period(
        amount_minor=new.price.minor,
        compare_at_minor=new.compare_at.minor if new.compare_at else None,
        valid_from=new.valid_from or now,
        valid_until=new.valid_until,
    )
