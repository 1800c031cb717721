"""Products as the rules of collections look at them. Pure."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from commerce.catalog.collections.rules import Candidate
from commerce.catalog.listing.document import best
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.catalog.products.drafts import AttributeValue


def candidate_of(product: ProductFacts) -> Candidate:
    attributes: dict[str, list[AttributeValue]] = defaultdict(list)
    for stated in chain(product.attributes, *(x.attributes for x in product.variants)):
        attributes[stated.code].append(stated.value)
    prices: dict[str, list[int]] = defaultdict(list)
    for market in product.markets:
        if price := product.lowest_price(market.code):
            prices[market.currency].append(price.amount_minor)
    return Candidate(
        brand=product.brand,
        categories=product.shelves(),
        product_type=product.product_type,
        availability=best(x.availability for x in product.variants),
        prices_minor={currency: min(amounts) for currency, amounts in prices.items()},
        published_at=product.published_at,
        attributes=attributes,
    )
