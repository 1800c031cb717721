"""Finding documents: one statement for a page of a list, one for a product's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import document_of
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.listing.models import EVERYTHING
from commerce.catalog.listing.words import search_expression
from commerce.catalog.products.models import Product
from commerce.catalog.products.queries import UnknownProduct


class Sort(StrEnum):
    TITLE = "title"
    TITLE_DOWN = "-title"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NEWEST = "newest"
    RELEVANCE = "relevance"
    """Only for a search."""


# Column, its type, and whether the greatest comes first.
_ORDERS: Final[dict[Sort, tuple[str, str, bool]]] = {
    Sort.TITLE: ("title_key", "text", False),
    Sort.TITLE_DOWN: ("title_key", "text", True),
    Sort.PRICE: ("price_minor", "bigint", False),
    Sort.PRICE_DOWN: ("price_minor", "bigint", True),
    Sort.NEWEST: ("published_at", "timestamptz", True),
    Sort.RELEVANCE: ("relevance", "float8", True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page ends: the sort key of its last listing, as text, and the product."""

    key: str
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuery:
    """What a shopper wants to see, in which order, and from where on."""

    currency: str
    sort: Sort
    limit: int
    text: str = ""
    category: str = EVERYTHING
    brands: Sequence[str] = ()
    availabilities: Sequence[Availability] = ()
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    after: Position | None = None
    column: Literal["summary", "document"] = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """Ready documents, and where the next page goes on, if there is one."""

    documents: list[str]
    next: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    json: str
    version: int


def find_page(query: ListingQuery) -> ListingPage:
    """Give a page of listings, in one statement."""
    words = search_expression(query.text)
    if query.text and not words:
        return ListingPage(documents=[], next=None)  # punctuation: there is no word to look for
    values = {
        "currency": query.currency,
        "category": query.category,
        "brands": list(query.brands),
        "availabilities": [x.value for x in query.availabilities],
        "price_from": query.price_from_minor,
        "price_to": query.price_to_minor,
        "text": query.text,
        "words": words,
        "after_key": query.after.key if query.after else None,
        "after_id": query.after.product_id if query.after else None,
        # One more than is shown tells whether there is a next page.
        "limit": query.limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_search_sql(query) if words else _browse_sql(query), values)
        rows = cursor.fetchall()

    shown = rows[: query.limit]
    following = None
    if len(rows) > query.limit:
        _, key, product_id = shown[-1]
        following = Position(key=str(key), product_id=str(product_id))
    return ListingPage(documents=[document for document, _, _ in shown], next=following)


def find_document(
    *, currency: str, product_id: UUID | None = None, slug: str | None = None
) -> FoundDocument | None:
    """Give a product's ready document, by id or by slug, in one statement."""
    key = "slug" if slug is not None else "product_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT document, version FROM catalog_listing WHERE {key} = %s AND currency = %s",  # noqa: S608 - one of two columns
            [slug if slug is not None else product_id, currency],
        )
        row = cursor.fetchone()
    return FoundDocument(json=row[0], version=row[1]) if row else None


def current_document(
    *, currency: str, at: datetime, product_id: UUID | None = None, slug: str | None = None
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
    return document_of(facts[0], currency=currency), facts[0].version


# Without a search, a page is a range of one index of the placements; the listings join by key.


def _browse_sql(query: ListingQuery) -> str:
    key = f"place.{_ORDERS[query.sort][0]}"
    return f"""
        SELECT listing.{query.column}, {key}, place.product_id
          FROM catalog_placement place
          JOIN catalog_listing listing
            ON listing.product_id = place.product_id AND listing.currency = place.currency
         WHERE place.category = %(category)s AND place.currency = %(currency)s
           {_filters(query, price="place.price_minor")}
           {_after(query, key, "place.product_id")}
         {_order(query, key, "place.product_id")} LIMIT %(limit)s
    """  # noqa: S608 - columns come from the tables above, values are parameters


# A search looks for the words, and only where nothing has them for something spelled alike.


def _search_sql(query: ListingQuery) -> str:
    source = "catalog_listing listing"
    if query.category != EVERYTHING:
        source += """
            JOIN catalog_placement place
              ON place.product_id = listing.product_id AND place.currency = listing.currency
             AND place.category = %(category)s
        """
    column = _ORDERS[query.sort][0]
    relevance = "ts_rank(listing.words, to_tsquery('english', %(words)s))::float8"
    likeness = "word_similarity(%(text)s, listing.title)::float8"
    is_by_relevance = query.sort is Sort.RELEVANCE
    filters = _filters(query, price="listing.price_minor")
    # Sorted and cut before the documents are fetched: a common word is in half of the shop.
    return f"""
        WITH exact AS MATERIALIZED (
            SELECT listing.product_id, {relevance if is_by_relevance else f"listing.{column}"} AS key
              FROM {source}
             WHERE listing.words @@ to_tsquery('english', %(words)s)
               AND listing.currency = %(currency)s {filters}
        ), found AS (
            SELECT product_id, key FROM exact
             UNION ALL
            SELECT listing.product_id, {likeness if is_by_relevance else f"listing.{column}"}
              FROM {source}
             WHERE %(text)s <%% listing.title AND listing.currency = %(currency)s {filters}
               AND NOT EXISTS (SELECT FROM exact)
        ), page AS MATERIALIZED (
            SELECT product_id, key FROM found
             WHERE TRUE {_after(query, "key", "product_id")}
             {_order(query, "key", "product_id")} LIMIT %(limit)s
        )
        SELECT listing.{query.column}, page.key, page.product_id
          FROM page
          JOIN catalog_listing listing
            ON listing.product_id = page.product_id AND listing.currency = %(currency)s
         {_order(query, "page.key", "page.product_id")}
    """  # noqa: S608 - columns come from the tables above, values are parameters


def _filters(query: ListingQuery, *, price: str) -> str:
    wanted = {
        "listing.brand = ANY(%(brands)s)": query.brands,
        "listing.availability = ANY(%(availabilities)s)": query.availabilities,
        f"{price} >= %(price_from)s": query.price_from_minor is not None,
        f"{price} <= %(price_to)s": query.price_to_minor is not None,
    }
    return "".join(f" AND {condition}" for condition, is_wanted in wanted.items() if is_wanted)


def _after(query: ListingQuery, key: str, product_id: str) -> str:
    if query.after is None:
        return ""
    _, sql_type, goes_down = _ORDERS[query.sort]
    beyond = "<" if goes_down else ">"
    return f"AND ({key}, {product_id}) {beyond} (%(after_key)s::{sql_type}, %(after_id)s::uuid)"


def _order(query: ListingQuery, key: str, product_id: str) -> str:
    direction = "DESC" if _ORDERS[query.sort][2] else "ASC"
    return f"ORDER BY {key} {direction}, {product_id} {direction}"
