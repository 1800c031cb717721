"""Create a market: countries that are sold to alike from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.markets.models import Market, MarketCountry
from commerce.catalog.markets.queries import give_up_default
from commerce.catalog.markets.words import (
    CountryTaken,
    DefaultMarketTaken,
    MarketTaken,
    check_market,
)
from commerce.catalog.products.models import Product
from commerce.shared.db import refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMarket:
    """A market in plain words. The first of its currency is the currency's default."""

    code: str
    name: str
    currency: str
    locale: str
    countries: Sequence[str] = ()
    prices_include_tax: bool = False
    is_default: bool = False


def create_market(*, market: NewMarket, now: datetime) -> Market:
    """Create a market with its countries.

    Raises:
        InvalidField: a word breaks a rule.
        MarketTaken: the code is known already.
        CountryTaken: a country is in another market of the currency.
        DefaultMarketTaken: somebody else was faster.
    """
    row = Market(
        code=market.code,
        name=market.name,
        currency=market.currency,
        locale=market.locale,
        prices_include_tax=market.prices_include_tax,
        is_default=market.is_default,
        created_at=now,
    )
    countries = set(market.countries)
    check_market(row, countries)
    with (
        refusals(
            {
                "catalog_market_code_once": MarketTaken,
                "catalog_country_once_in_currency": CountryTaken,
                "catalog_market_one_default": DefaultMarketTaken,
            }
        ),
        transaction.atomic(durable=True),
    ):
        if row.is_default:
            give_up_default(row.currency)
        else:
            row.is_default = not Market.objects.filter(currency=row.currency).exists()
        row.save(force_insert=True)
        MarketCountry.objects.bulk_create(
            MarketCountry(market=row, country=x, currency=row.currency) for x in sorted(countries)
        )
        note_changes_of(Product.objects.all(), at=now)
    return row
