"""The one statement that finds a page of a list. Values are parameters; names come from here alone.

Without words and choices a page is a range of one index of the placements, or of the cards. With
them cards are looked through, which is cheap because they are narrow and a choice is one number to
compare; what is to be counted is counted in a pass of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from commerce.catalog.listing.counts_sql import counts_of
from commerce.catalog.listing.facets import PRICE
from commerce.catalog.listing.listing_query import ListingQuery, Sort
from commerce.catalog.listing.places_sql import (
    Condition,
    all_of,
    conditions_of,
    is_shown,
    market_sql,
    market_values,
    price_condition,
    shelf,
    shelf_of,
    source_of,
)
from commerce.catalog.listing.search_sql import RELEVANCE, SPELLED, search_values

# Column, its type, and whether the greatest comes first.
_ORDERS: Final[dict[Sort, tuple[str, str, bool]]] = {
    Sort.TITLE: ("place.title_key", "text", False),
    Sort.TITLE_DOWN: ("place.title_key", "text", True),
    Sort.PRICE: ("place.price_minor", "bigint", False),
    Sort.PRICE_DOWN: ("place.price_minor", "bigint", True),
    Sort.NEWEST: ("place.published_at", "timestamptz", True),
    Sort.RELEVANCE: (RELEVANCE, "float4", True),
    Sort.POSITION: ("place.position", "int", False),
}
# How many listings are found for a page: the sizes stand in the statement, because a plan is only
# used again where PostgreSQL knows how few rows it is for; and are few, because each is a statement.
_SIZES: Final = (21, 51, 101)
# Of these one in fifty has to be what was chosen, and a page of twenty is full.
_LOOKED_AT_FIRST: Final = 1_000

type Statement = tuple[str, dict[str, Any]]


def page_statement(query: ListingQuery) -> Statement:
    """Rows are (document, sort key, product, …), of counts (JSON, …) as the first.

    There is at least one more than is shown, if there is a next page.
    """
    values = market_values(query.market) | {
        "after_key": query.after.key if query.after else None,
        "after_id": query.after.product_id if query.after else None,
    }
    is_plain = not (query.text or query.values or query.facets or query.ranges.keys() - {PRICE})
    # One shelf. What stands on two at once is one of them, and a choice.
    if is_plain and not (query.collection and query.category):
        return _walk(query, values)
    return _look_through(query, values)


# A range of an index.


def _walk(query: ListingQuery, values: dict[str, Any]) -> Statement:
    source, condition = shelf(query, values)
    key = _ORDERS[query.sort][0]
    if PRICE in query.ranges:
        condition += f" AND {price_condition(query, values)}"
    if query.collection:
        values["collection"] = query.collection
        condition += f" AND {is_shown('%(collection)s', market_sql(query.market))}"
    return (
        f"""
        SELECT listing.{query.column}, page.key, page.product_id
          FROM (
            SELECT place.product_id, place.market, {key} AS key FROM {source} place
             WHERE place.market = {market_sql(query.market)} {condition}
                   {_after(query, key, "place.product_id")}
             {_order(query, key, "place.product_id")} LIMIT {_size(query)}
          ) page
          JOIN catalog_listing listing USING (product_id, market)
         {_order(query, "page.key", "page.product_id")}
        """,  # noqa: S608 - of our own parts; values are parameters
        values,
    )


# Words, choices and counts.


def _look_through(query: ListingQuery, values: dict[str, Any]) -> Statement:
    """Find the page and count the facets.

    Words are looked for once; a table is read once for each, which costs less than to keep it.
    """
    conditions = conditions_of(query, values)
    if query.text:
        values |= search_values(query.text)
    statement = f"""
        WITH asked AS MATERIALIZED (
            SELECT meant.market, coalesce(listed.currency, %(currency)s) AS currency,
                   coalesce(listed.locale, '') AS locale,
                   coalesce(listed.language, %(language)s)::regconfig AS language
              FROM (SELECT {market_sql(query.market)} AS market) meant
              LEFT JOIN catalog_listedmarket listed ON listed.code = meant.market
        ){_found(query) if query.text else ""}{_page(query, conditions, values)}
        SELECT listing.{query.column}, page.key::text, page.product_id,
               row_number() OVER ({_order(query, "page.key", "page.product_id")}) AS n
          FROM page
          JOIN catalog_listing listing
            ON listing.product_id = page.product_id
           AND listing.market = (SELECT market FROM asked)
        {counts_of(query, conditions, values) if query.facets else ""}
         ORDER BY n
    """  # noqa: S608 - of our own parts; values are parameters
    return statement, values


def _found(query: ListingQuery) -> str:
    """Continue `WITH`: the cards that have the words."""
    return f"""{SPELLED}, found AS MATERIALIZED (
        SELECT place.product_id, place.price_minor, place.facets, {_ORDERS[query.sort][0]} AS key
          FROM catalog_card place
         WHERE place.market = (SELECT market FROM asked)
           AND place.words @@ (SELECT words FROM search)
    )"""  # noqa: S608 - of our own parts; values are parameters


def _page(query: ListingQuery, conditions: Sequence[Condition], values: dict[str, Any]) -> str:
    """Continue `WITH`. A choice is mostly met by enough of the first cards, in the order of an index.

    Where it is not, all are looked through: to go on along the index might take longer.
    """
    source, where = source_of(query, values, on_shelf=True)
    key = "place.key" if query.text else _ORDERS[query.sort][0]
    place = f"""
        SELECT place.product_id, place.price_minor, place.facets, {key} AS key
          FROM {source} place
         WHERE {where} {_after(query, key, "place.product_id")}
    """  # noqa: S608 - of our own parts; values are parameters
    # The shelf itself is no choice to be checked.
    chosen = all_of([x.sql for x in conditions if query.text or x.facet != shelf_of(query)])
    order, size = _order(query, "key", "product_id"), _size(query)
    if query.text or not chosen:
        return f"""
            , page AS MATERIALIZED (
                SELECT product_id, key FROM ({place}) place
                 WHERE {chosen or "TRUE"} {order} LIMIT {size}
            )
        """  # noqa: S608 - of our own parts; values are parameters
    first = f"{place} {_order(query, key, 'place.product_id')} LIMIT {_LOOKED_AT_FIRST}"
    return f"""
        , near AS MATERIALIZED (
            SELECT product_id, key FROM ({first}) place WHERE {chosen} {order} LIMIT {size}
        ), page AS MATERIALIZED (
            SELECT product_id, key FROM near WHERE (SELECT count(*) FROM near) = {size}
             UNION ALL
            SELECT * FROM (
                SELECT product_id, key FROM ({place} OFFSET 0) place
                 WHERE (SELECT count(*) FROM near) < {size} AND {chosen} {order} LIMIT {size}
            ) far
        )
    """  # noqa: S608 - of our own parts; values are parameters


def _size(query: ListingQuery) -> int:
    """One more than is shown tells whether there is a next page."""
    return next(size for size in _SIZES if size > query.limit)


def _after(query: ListingQuery, key: str, product_id: str) -> str:
    if query.after is None:
        return ""
    _, sql_type, goes_down = _ORDERS[query.sort]
    beyond = "<" if goes_down else ">"
    return f"AND ({key}, {product_id}) {beyond} (%(after_key)s::{sql_type}, %(after_id)s::uuid)"


def _order(query: ListingQuery, key: str, product_id: str) -> str:
    direction = "DESC" if _ORDERS[query.sort][2] else "ASC"
    return f"ORDER BY {key} {direction}, {product_id} {direction}"
