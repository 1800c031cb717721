"""Set prices, one or thousands, from now or from a later day. What was charged stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commerce.catalog.pricing.new_price import NewPrice
from commerce.catalog.pricing.put_prices import put_prices
from commerce.catalog.pricing.schedule import Period
from commerce.shared.errors import CommerceError

__all__ = ["NewPrice", "set_prices"]


def set_prices(*, batch: Sequence[NewPrice], now: datetime) -> list[Period | CommerceError]:
    """Set the prices of a batch in a fixed number of statements.

    The answers stand in the order of the batch: the period in which the new price holds, or why
    it was refused, which never fails its neighbours. Setting what is already so changes nothing.

    Refusals: `UnknownVariant`, `UnknownPriceList`, `PriceListEnded`, `InvalidField` (the past
    cannot be changed).
    """
    with transaction.atomic(durable=True):
        return put_prices(batch, now=now)
