"""The shop's markets, as documents are made for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.models import ListedMarket
from commerce.catalog.markets.models import Market

# To be counted up with every change of what documents, cards or placements say: the first tick of
# a worker that knows the new form has them all made again.
FORM: Final = 1


def what_documents_are_made_for() -> dict[str, Any]:
    """Tell in plain words what all documents have in common; a rebuild keeps it."""
    return {"form": FORM, "markets": [market.as_json() for market in load_markets()]}


def load_markets() -> list[ListingMarket]:
    """Give the shop's markets, by code, with their countries."""
    return [
        ListingMarket(
            code=market.code,
            currency=market.currency,
            locale=market.locale,
            prices_include_tax=market.prices_include_tax,
            is_default=market.is_default,
            countries=sorted(x.country for x in market.countries.all()),
        )
        for market in Market.objects.prefetch_related("countries").order_by("code")
    ]


def markets_to_serve(currencies: Collection[str]) -> list[ListingMarket]:
    """Give the markets that there are, those that lists still know, and what stands for the rest.

    Where they differ a rebuild is on its way. Until it has come to its end lists must find every
    product where they look for it now, and once it has, where they will look then.
    """
    markets = load_markets()
    listed = [
        ListingMarket(code=x.code, currency=x.currency, locale=x.locale)
        for x in ListedMarket.objects.order_by("code")
    ]
    # A currency stands for itself where it has no market, or had none until now.
    served = {x.currency for x in markets} & {x.currency for x in listed}
    every = [*(market_of_currency(x) for x in sorted(set(currencies) - served)), *listed, *markets]
    return list({market.code: market for market in every}.values())
