"""The one statement that finds a page of a list. Values are parameters; names come from here alone.

Without words and choices a page is a range of one index of the placements, or of the cards. With
them all cards in question are looked through, which is cheap because cards are narrow and a choice
is one number to compare; what is to be counted is counted in the same pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from commerce.catalog.listing.facets import (
    ATTRIBUTE_PREFIX,
    CATEGORY,
    COLLECTION,
    FIXED_SLOTS,
    PRICE,
    PRICE_BOUNDS,
)
from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked, Sort
from commerce.catalog.listing.models import collection_shelf
from commerce.catalog.listing.search_sql import RELEVANCE, SPELLED, search_values
from commerce.catalog.listing.words import LANGUAGE

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
# What a list shows besides its page of products: so many values of each facet, the most common.
VALUES_SHOWN: Final = 100

# Where to look for what somebody has arranged, when what stands elsewhere is counted as well.
_CARDS_WITH_POSITIONS: Final = """(
    SELECT card.*, coalesce(placement.position, 0) AS position
      FROM catalog_card card
      LEFT JOIN catalog_placement placement
        ON placement.product_id = card.product_id AND placement.market = card.market
       AND placement.shelf = %(shelf)s
)"""

type Statement = tuple[str, dict[str, Any]]


def market_sql(asked: MarketAsked) -> str:
    """Say which market is meant: by code, else by country, else its currency's, else the currency."""
    if asked.code is not None:
        return "%(market)s::text"
    by_currency = "SELECT code FROM catalog_listedmarket WHERE currency = %(currency)s"
    first = "ORDER BY is_default DESC, code LIMIT 1"
    by_country = f"({by_currency} AND %(country)s = ANY(countries) {first}), "
    return (
        f"(SELECT coalesce({by_country if asked.country else ''}"
        f"({by_currency} {first}), lower(%(currency)s::text)))"
    )


def market_values(asked: MarketAsked) -> dict[str, Any]:
    return {
        "market": asked.code,
        "country": asked.country,
        "currency": asked.currency,
        "language": LANGUAGE,
    }


def page_statement(query: ListingQuery) -> Statement:
    """Rows are (document, sort key, product, …), of counts (JSON, …) as the first.

    There is at least one more than is shown, if there is a next page.
    """
    values = market_values(query.market) | {
        "after_key": query.after.key if query.after else None,
        "after_id": query.after.product_id if query.after else None,
    }
    if not (query.text or query.values or query.facets or query.ranges.keys() - {PRICE}):
        return _walk(query, values)
    return _look_through(query, values)


# A range of an index.


def _walk(query: ListingQuery, values: dict[str, Any]) -> Statement:
    source, condition = _shelf(query, values)
    key = _ORDERS[query.sort][0]
    if PRICE in query.ranges:
        condition += f" AND {_price_condition(query, values)}"
    if query.collection:
        values["collection"] = query.collection
        condition += f" AND {_is_shown('%(collection)s', market_sql(query.market))}"
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
        """,  # noqa: S608 - see the module's first line
        values,
    )


def _shelf(query: ListingQuery, values: dict[str, Any]) -> tuple[str, str]:
    """Name the table a page without words is read from, and the shelf that it is."""
    if query.collection:
        values["shelf"] = collection_shelf(query.collection)
    elif query.category:
        values["shelf"] = query.category
    else:
        return "catalog_card", ""
    return "catalog_placement", "AND place.shelf = %(shelf)s"


def _is_shown(collection: str, market: str) -> str:
    """Whether shoppers see a collection in a market now; see `collections/models.py`."""
    return f"""
        EXISTS (SELECT FROM catalog_collection shown
                 WHERE shown.slug = {collection} AND shown.is_published
                   AND (NOT EXISTS (SELECT FROM catalog_collectionpublication
                                     WHERE collection_id = shown.id)
                        OR EXISTS (SELECT FROM catalog_collectionpublication
                                    WHERE collection_id = shown.id AND market_code = {market}
                                      AND (published_from IS NULL OR published_from <= now())
                                      AND (published_until IS NULL OR published_until > now()))))
    """  # noqa: S608 - see the module's first line


# All cards in question.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Condition:
    """On one facet. Where the facet is counted as well, cards that fail only this one are kept."""

    facet: str
    sql: str


def _look_through(query: ListingQuery, values: dict[str, Any]) -> Statement:
    conditions = _conditions(query, values)
    hard = [x for x in conditions if x.facet not in query.facets]
    soft = [x for x in conditions if x.facet in query.facets]
    # One bit for each that fails.
    failed = " | ".join(f"((NOT coalesce({x.sql}, FALSE))::int << {i})" for i, x in enumerate(soft))
    bit_of = {x.facet: 1 << i for i, x in enumerate(soft)}
    source, place = _source(query, values)
    where = [place, *(x.sql for x in hard)]
    if query.collection:
        values["collection"] = query.collection
        where.append(_is_shown("%(collection)s", "(SELECT market FROM asked)"))
    key = _ORDERS[query.sort][0]
    counted = ", ".join(
        f"{_counted_value(facet, values, query)} AS counted{i}"
        for i, facet in enumerate(query.facets)
    )
    order = _order(query, "key", "product_id")
    statement = f"""
        WITH asked AS MATERIALIZED (
            SELECT meant.market, coalesce(listed.currency, %(currency)s) AS currency,
                   coalesce(listed.locale, '') AS locale,
                   coalesce(listed.language, %(language)s)::regconfig AS language
              FROM (SELECT {market_sql(query.market)} AS market) meant
              LEFT JOIN catalog_listedmarket listed ON listed.code = meant.market
        ){SPELLED if query.text else ""}, base AS MATERIALIZED (
            SELECT * FROM (
                SELECT place.product_id, place.price_minor, {key} AS key,
                       {failed or "0"} AS failed {", " + counted if counted else ""}
                  FROM {source} place
                 WHERE place.market = (SELECT market FROM asked)
                       {"".join(f" AND {x}" for x in where if x)}
            ) looked_at WHERE failed & (failed - 1) = 0
        ), page AS MATERIALIZED (
            SELECT product_id, key FROM base
             WHERE failed = 0 {_after(query, "key", "product_id")}
             {order} LIMIT {_size(query)}
        )
        SELECT listing.{query.column}, page.key::text, page.product_id,
               row_number() OVER ({_order(query, "page.key", "page.product_id")}) AS n
          FROM page
          JOIN catalog_listing listing
            ON listing.product_id = page.product_id
           AND listing.market = (SELECT market FROM asked)
        {_counts(query, values, bit_of) if query.facets else ""}
         ORDER BY n
    """  # noqa: S608 - see the module's first line
    return statement, values


def _source(query: ListingQuery, values: dict[str, Any]) -> tuple[str, str]:
    if not query.text:
        # A shelf that is counted is not where to look but one of the choices.
        is_choice = (COLLECTION if query.collection else CATEGORY) in query.facets
        source, shelf = ("catalog_card", "") if is_choice else _shelf(query, values)
        if is_choice and query.sort is Sort.POSITION:
            values["shelf"] = collection_shelf(query.collection)
            source = _CARDS_WITH_POSITIONS
        return source, shelf.removeprefix("AND ")
    values |= search_values(query.text)
    return "catalog_card", "place.words @@ (SELECT words FROM search)"


def _conditions(query: ListingQuery, values: dict[str, Any]) -> list[_Condition]:
    chosen = dict(query.values)
    if query.category and (query.text or query.collection or CATEGORY in query.facets):
        chosen[CATEGORY] = [query.category]
    if query.collection and (query.text or COLLECTION in query.facets):
        chosen[COLLECTION] = [query.collection]
    found = [
        _Condition(facet=facet, sql=_values_condition(facet, list(wanted), i, values))
        for i, (facet, wanted) in enumerate(chosen.items())
    ]
    for i, (facet, wanted_range) in enumerate(query.ranges.items()):
        if facet == PRICE:
            sql = _price_condition(query, values)
        else:
            values |= {f"least{i}": wanted_range.least, f"most{i}": wanted_range.most}
            slot = _slot(facet, f"range{i}", values)
            sql = f"""place.facets[{slot}] IN (
                SELECT id FROM catalog_facetset sets, unnest(sets.measures) measure
                 WHERE facet = %(range{i})s
                   AND measure >= coalesce(%(least{i})s::float8, '-infinity')
                   AND measure <= coalesce(%(most{i})s::float8, 'infinity'))"""  # noqa: S608 - see the module's first line
            values[f"range{i}"] = facet
        found.append(_Condition(facet=facet, sql=sql))
    return found


def _values_condition(facet: str, wanted: list[str], i: int, values: dict[str, Any]) -> str:
    slot = _slot(facet, f"facet{i}", values)
    values |= {f"facet{i}": facet, f"wanted{i}": wanted}
    return f"""place.facets[{slot}] IN (
        SELECT id FROM catalog_facetset sets
         WHERE facet = %(facet{i})s AND sets.values && %(wanted{i})s::text[])"""  # noqa: S608 - see the module's first line


def _price_condition(query: ListingQuery, values: dict[str, Any]) -> str:
    price = query.ranges[PRICE]
    values |= {"price_from": price.least, "price_to": price.most}
    sides = [
        "place.price_minor >= %(price_from)s" if price.least is not None else "",
        "place.price_minor <= %(price_to)s" if price.most is not None else "",
    ]
    return " AND ".join(x for x in sides if x) or "TRUE"


def _slot(facet: str, name: str, values: dict[str, Any]) -> str:
    if facet in FIXED_SLOTS:
        return str(FIXED_SLOTS[facet])
    values[name] = facet
    return f"(SELECT slot FROM catalog_facet WHERE name = %({name})s)"  # noqa: S608 - see the module's first line


# Counting.


def _counted_value(facet: str, values: dict[str, Any], query: ListingQuery) -> str:
    """What cards are grouped by: the number of a set of values, or of a range of prices."""
    if facet == PRICE:
        values["bounds"] = list(PRICE_BOUNDS)
        return "width_bucket(place.price_minor, %(bounds)s::bigint[])"
    return f"place.facets[{_slot(facet, f'counted_{len(values)}', values)}]"


def _counts(query: ListingQuery, values: dict[str, Any], bit_of: dict[str, int]) -> str:
    """Count each facet among the cards that fail no condition but its own.

    All facets in one pass: grouped by the facet's number and by what failed. Which facet a group
    is of, `grouping` tells: the one bit that is not set.
    """
    names = [f"counted{i}" for i in range(len(query.facets))]
    values |= {
        "counted_facets": list(query.facets),
        "own_bits": [bit_of.get(facet, 0) for facet in query.facets],
        "values_shown": VALUES_SHOWN,
    }
    all_bits = (1 << len(names)) - 1
    # `grouping` has the first argument in its highest bit.
    which = " ".join(
        f"WHEN {all_bits & ~(1 << (len(names) - 1 - i))} THEN {i + 1}" for i in range(len(names))
    )
    sets = ", ".join(f"({name}, failed)" for name in names)
    return f"""
        UNION ALL
        SELECT json_build_object(
                   'currency', (SELECT currency FROM asked), 'locale', (SELECT locale FROM asked),
                   'rows', coalesce(json_agg(named), '[]'))::text, NULL, NULL, 0
          FROM (
            SELECT ranked.*, coalesce(category.name, collection.title, choice.label) AS label,
                   coalesce(category.translations, collection.translations,
                            choice.translations) AS translations
          FROM (
            SELECT facet, value, sum(found)::bigint AS found, min(least) AS least,
                   max(most) AS most,
                   row_number() OVER (PARTITION BY facet ORDER BY sum(found) DESC, value) AS rank
              FROM (
                SELECT (%(counted_facets)s::text[])[which] AS facet,
                       coalesce(value, number::text) AS value, found, least, most
                  FROM (
                    SELECT CASE grouping({", ".join(names)}) {which} END AS which,
                           coalesce({", ".join(names)}) AS number, failed, count(*) AS found,
                           min(price_minor) AS least, max(price_minor) AS most
                      FROM base GROUP BY GROUPING SETS ({sets})
                  ) grouped
                  LEFT JOIN catalog_facetset sets
                    ON sets.id = number AND sets.facet = (%(counted_facets)s::text[])[which]
                  LEFT JOIN LATERAL unnest(sets.values) value ON TRUE
                 WHERE failed IN (0, (%(own_bits)s::int[])[which])
                   AND (sets.id IS NOT NULL OR (%(counted_facets)s::text[])[which] = '{PRICE}')
              ) one_by_one
             GROUP BY facet, value
          ) ranked
          LEFT JOIN catalog_category category
            ON ranked.facet = '{CATEGORY}' AND category.slug = ranked.value
          LEFT JOIN catalog_collection collection
            ON ranked.facet = '{COLLECTION}' AND collection.slug = ranked.value
          LEFT JOIN catalog_attribute attribute
            ON ranked.facet = '{ATTRIBUTE_PREFIX}' || attribute.code
          LEFT JOIN catalog_attributechoice choice
            ON choice.attribute_id = attribute.id AND choice.code = ranked.value
         WHERE rank <= %(values_shown)s
           AND (ranked.facet <> '{COLLECTION}'
                OR {_is_shown("ranked.value", "(SELECT market FROM asked)")})
          ) named
    """  # noqa: S608 - see the module's first line


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
