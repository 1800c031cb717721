"""Finding documents: one statement for a page of a list, one for a product's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from commerce.catalog.attributes.models import Attribute
from commerce.catalog.listing.counts import FacetCounts, read_counts
from commerce.catalog.listing.document import document_of
from commerce.catalog.listing.facets import ATTRIBUTE_PREFIX
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked, Position
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.markets import load_markets
from commerce.catalog.listing.page_sql import page_statement
from commerce.catalog.listing.places_sql import market_sql, market_values
from commerce.catalog.listing.words import asked_words
from commerce.catalog.products.models import Product
from commerce.catalog.products.queries import UnknownProduct
from commerce.shared.db import read_prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """Ready documents, where the next page goes on, if there is one, and what was counted."""

    documents: list[bytes]
    next: Position | None
    facets: Sequence[FacetCounts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    json: bytes
    version: int
    etag: str


def find_page(query: ListingQuery) -> ListingPage:
    """Give a page of listings, in one statement."""
    if query.text and not asked_words(query.text):
        return ListingPage(documents=[], next=None)  # punctuation: there is no word to look for
    statement, values = page_statement(query)
    rows = read_prepared(statement, values)
    facets: Sequence[FacetCounts] = ()
    if query.facets:
        facets = read_counts(query.facets, orjson.loads(rows.pop(0)[0]))

    shown = rows[: query.limit]
    following = None
    if len(rows) > query.limit:
        _, key, product_id, *_ = shown[-1]
        following = Position(key=key.decode(), product_id=product_id.decode())
    return ListingPage(documents=[x[0] for x in shown], next=following, facets=facets)


def find_document(
    *, market: MarketAsked, product_id: UUID | None = None, slug: str | None = None
) -> FoundDocument | None:
    """Give a product's ready document, by id or by slug, in one statement."""
    key = "slug = %(slug)s" if slug is not None else "product_id = %(product_id)s"
    rows = read_prepared(
        f"SELECT document, version, etag FROM catalog_listing"  # noqa: S608 - one of two columns
        f" WHERE {key} AND market = {market_sql(market)}",
        market_values(market) | {"slug": slug, "product_id": product_id},
    )
    for document, version, etag in rows:
        return FoundDocument(json=document, version=int(version), etag=etag.decode())
    return None


def unknown_names(query: ListingQuery) -> list[str]:
    """Look why a page is empty: which market or facet does not exist, and was a mistake."""
    unknown = []
    code = query.market.code
    if code is not None and code not in {market.code for market in load_markets()}:
        unknown.append(code)
    named = {*query.values, *query.ranges, *query.facets}
    codes = {x.removeprefix(ATTRIBUTE_PREFIX) for x in named if x.startswith(ATTRIBUTE_PREFIX)}
    if codes:
        filterable = Attribute.objects.filter(code__in=codes, is_filterable=True)
        known = set(filterable.order_by().values_list("code", flat=True))
        unknown += [ATTRIBUTE_PREFIX + code for code in sorted(codes - known)]
    return unknown


def current_document(
    *, market: MarketAsked, at: datetime, product_id: UUID | None = None, slug: str | None = None
) -> tuple[dict[str, Any], int]:
    """Make a product's document now, in any state, with its version: for staff.

    Raises:
        UnknownProduct: there is none.
    """
    if slug is not None:
        product_id = Product.objects.filter(slug=slug).values_list("pk", flat=True).first()
    facts = load_facts([product_id], at=at) if product_id is not None else []
    if not facts:
        raise UnknownProduct
    return document_of(facts[0], market=_market(market)), facts[0].version


def _market(asked: MarketAsked) -> ListingMarket:
    """Find the market as staff see it: as it is now, whether or not lists know it yet."""
    markets = sorted(load_markets(), key=lambda x: (not x.is_default, x.code))
    if asked.code is not None:
        meant = [x for x in markets if x.code == asked.code]
    else:
        of_currency = [x for x in markets if x.currency == asked.currency]
        meant = [x for x in of_currency if asked.country in x.countries] or of_currency
    return next(iter(meant), market_of_currency(asked.currency))
