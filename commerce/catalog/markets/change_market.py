"""Change a market: its name, its countries, its language, and whether it is the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.markets.models import Market, MarketCountry
from commerce.catalog.markets.queries import UnknownMarket, give_up_default
from commerce.catalog.markets.words import CountryTaken, DefaultMarketTaken, check_market
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Product
from commerce.shared.db import refusals
from commerce.shared.errors import Stale

# What documents are made of; countries and defaults only lead to them.
_SHOWN: Final = {"locale"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketChanges:
    """What is to be different; None leaves a thing as it is. `countries` is the whole new list."""

    name: str | None = None
    locale: str | None = None
    countries: Sequence[str] | None = None
    is_default: bool | None = None


def change_market(
    *, code: str, changes: MarketChanges, expected_version: int | None, now: datetime
) -> Market:
    """Change a market, if it is still as the caller read it.

    Its code, its currency and whether its prices include tax never change: create another.
    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownMarket: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField: a word breaks a rule, or a currency would be left without a default.
        CountryTaken: a country is in another market of the currency.
        DefaultMarketTaken: somebody else was faster.
    """
    with (
        refusals(
            {
                "catalog_country_once_in_currency": CountryTaken,
                "catalog_market_one_default": DefaultMarketTaken,
            }
        ),
        transaction.atomic(durable=True),
    ):
        row = _lock(code)
        if expected_version is not None and row.version != expected_version:
            raise Stale(current_version=row.version)
        present = set(row.countries.values_list("country", flat=True))
        wanted = present if changes.countries is None else set(changes.countries)
        changed = {
            name
            for name in ("name", "locale", "is_default")
            if getattr(changes, name) not in (None, getattr(row, name))
        }
        if not changed and wanted == present:
            return row

        if "is_default" in changed:
            if not changes.is_default:
                raise InvalidField(field="is_default", problem="make another one the default")
            give_up_default(row.currency)
        for name in changed:
            setattr(row, name, getattr(changes, name))
        check_market(row, wanted)
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        row.countries.filter(country__in=present - wanted).delete()
        MarketCountry.objects.bulk_create(
            MarketCountry(market=row, country=x, currency=row.currency)
            for x in sorted(wanted - present)
        )
        if changed & _SHOWN:
            note_changes_of(Product.objects.all(), at=now)
    return row


def _lock(code: str) -> Market:
    found = Market.objects.select_for_update(no_key=True).filter(code=code).first()
    if found is None:
        raise UnknownMarket
    return found
