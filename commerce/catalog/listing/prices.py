"""What variants cost in each market that documents are made for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from commerce.catalog.listing.market_facts import ListingMarket
from commerce.catalog.listing.markets import markets_to_serve
from commerce.catalog.pricing.models import Price


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPrices:
    """Of one unit, for everybody: by variant and by the code of the market."""

    markets: Sequence[ListingMarket]
    amounts_minor: Mapping[UUID, Mapping[str, int]]


def load_prices(product_ids: Collection[UUID], *, at: datetime) -> ListingPrices:
    """Read what the variants of these products cost at a moment."""
    prices = Price.objects.filter(
        variant__product__in=product_ids, price_list=None, min_quantity=1, valid_from__lte=at
    ).filter(Q(valid_until=None) | Q(valid_until__gt=at))
    found = list(prices.order_by().values_list("variant_id", "currency", "amount_minor"))
    markets = markets_to_serve({currency for _, currency, _ in found})
    codes: dict[str, list[str]] = defaultdict(list)
    for market in markets:
        codes[market.currency].append(market.code)
    amounts: dict[UUID, dict[str, int]] = defaultdict(dict)
    for variant_id, currency, amount_minor in found:
        for code in codes[currency]:
            amounts[variant_id][code] = amount_minor
    return ListingPrices(markets=markets, amounts_minor=amounts)
