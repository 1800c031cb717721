"""Create a price list. It is a draft, and counts for nothing, until it is activated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.pricing.models import PriceList
from commerce.catalog.pricing.price_lists import (
    PriceListTaken,
    check_price_list,
    find_market_of_list,
)
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.db import refusals
from commerce.shared.money import EXPONENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriceList:
    """Whom a list is for: a market by its code or all of them, a group or everybody, a time."""

    code: str
    name: str
    currency: str
    market: str | None = None
    customer_group: str = ""
    priority: int = 0
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def create_price_list(*, price_list: NewPriceList, now: datetime) -> PriceList:
    """Raises `InvalidField` for a word that breaks a rule, `PriceListTaken` for a known code."""
    if price_list.currency not in EXPONENTS:
        raise InvalidField(field="currency", problem="an ISO 4217 code")
    row = PriceList(
        code=price_list.code,
        name=price_list.name,
        market=find_market_of_list(price_list.market),
        currency=price_list.currency,
        customer_group=price_list.customer_group,
        priority=price_list.priority,
        valid_from=price_list.valid_from,
        valid_until=price_list.valid_until,
        created_at=now,
    )
    check_price_list(row)
    with (
        refusals({"catalog_pricelist_code_once": PriceListTaken}),
        transaction.atomic(durable=True),
    ):
        row.save(force_insert=True)
    return row
