"""Set one price: a batch of one."""

from __future__ import annotations

from datetime import datetime

from commerce.catalog.pricing.schedule import Period
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.shared.errors import CommerceError


def set_price(*, price: NewPrice, now: datetime) -> Period:
    """Let a variant cost something else, and give the period in which it will.

    Setting what is already so changes nothing.

    Raises:
        UnknownVariant: no variant has this SKU.
        InvalidField: the period lies in the past or runs backwards.
    """
    [answer] = set_prices(batch=[price], now=now)
    if isinstance(answer, CommerceError):
        raise answer
    return answer
