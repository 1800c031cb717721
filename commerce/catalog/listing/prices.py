"""What variants cost in each market that documents are made for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.catalog.listing.market_facts import ListingMarket
from commerce.catalog.listing.markets import markets_to_serve
from commerce.catalog.pricing.market_prices import MarketPrice, load_market_prices


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPrices:
    """For one who is in no group: by variant and by the code of the market."""

    markets: Sequence[ListingMarket]
    by_variant: Mapping[UUID, Mapping[str, MarketPrice]]


def load_prices(variant_ids: Collection[UUID], *, at: datetime) -> ListingPrices:
    """Read what these variants cost at a moment.

    Where lists do not know the shop's markets yet, or still know one that is gone, the price is
    that of another market of the same currency: it is shown for as long as the rebuild takes.
    """
    prices = load_market_prices(variant_ids, at=at)
    markets = markets_to_serve({market.currency for market in prices.markets.values()})
    instead = {
        market.code: [x.code for x in prices.markets.values() if x.currency == market.currency]
        for market in markets
        if market.code not in prices.markets
    }
    if not instead:
        return ListingPrices(markets=markets, by_variant=prices.by_variant)
    by_variant = {
        variant_id: dict(by_market)
        | {
            code: by_market[other]
            for code, others in instead.items()
            for other in reversed(others)
            if other in by_market
        }
        for variant_id, by_market in prices.by_variant.items()
    }
    return ListingPrices(markets=markets, by_variant=by_variant)
