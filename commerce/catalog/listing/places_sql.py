"""Where a page is looked for, and on which conditions. Values are parameters; names come from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commerce.catalog.listing.facets import CATEGORY, COLLECTION, FIXED_SLOTS, PRICE
from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked
from commerce.catalog.listing.models import collection_shelf
from commerce.catalog.listing.words import LANGUAGE


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


def shelf(query: ListingQuery, values: dict[str, Any]) -> tuple[str, str]:
    """Name the table a page without words is read from, and the shelf that it is."""
    if query.collection:
        values["shelf"] = collection_shelf(query.collection)
    elif query.category:
        values["shelf"] = query.category
    else:
        return "catalog_card", ""
    return "catalog_placement", "AND place.shelf = %(shelf)s"


def is_shown(collection: str, market: str) -> str:
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
    """  # noqa: S608 - of our own parts; values are parameters


def source_of(query: ListingQuery, values: dict[str, Any], *, on_shelf: bool) -> tuple[str, str]:
    """Name what is looked through, and the part of it that is: what was found, a shelf, or all."""
    if query.text:
        source, where = "found", "TRUE"
    else:
        source, place = shelf(query, values) if on_shelf else ("catalog_card", "")
        where = f"place.market = (SELECT market FROM asked) {place}"  # noqa: S608 - of our own parts; values are parameters
    if query.collection:
        values["collection"] = query.collection
        where += f" AND {is_shown('%(collection)s', '(SELECT market FROM asked)')}"  # noqa: S608 - of our own parts; values are parameters
    return source, where


def shelf_of(query: ListingQuery) -> str:
    """Say as which facet the shelf would be a choice; '' where there is none."""
    return COLLECTION if query.collection else CATEGORY if query.category else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """On one facet. Where the facet is counted as well, cards that fail only this one are kept."""

    facet: str
    sql: str


def conditions_of(query: ListingQuery, values: dict[str, Any]) -> list[Condition]:
    chosen = dict(query.values)
    if query.category and (query.text or query.collection or CATEGORY in query.facets):
        chosen[CATEGORY] = [query.category]
    if query.collection and (query.text or COLLECTION in query.facets):
        chosen[COLLECTION] = [query.collection]
    found = [
        Condition(facet=facet, sql=_values_condition(facet, list(wanted), i, values))
        for i, (facet, wanted) in enumerate(chosen.items())
    ]
    for i, (facet, wanted_range) in enumerate(query.ranges.items()):
        if facet == PRICE:
            sql = price_condition(query, values)
        else:
            values |= {f"least{i}": wanted_range.least, f"most{i}": wanted_range.most}
            slot = slot_of(facet, f"range{i}", values)
            sql = f"""place.facets[{slot}] = ANY (ARRAY(
                SELECT id FROM catalog_facetset sets, unnest(sets.measures) measure
                 WHERE facet = %(range{i})s
                   AND measure >= coalesce(%(least{i})s::float8, '-infinity')
                   AND measure <= coalesce(%(most{i})s::float8, 'infinity')))"""  # noqa: S608 - of our own parts; values are parameters
            values[f"range{i}"] = facet
        found.append(Condition(facet=facet, sql=sql))
    return found


def _values_condition(facet: str, wanted: list[str], i: int, values: dict[str, Any]) -> str:
    slot = slot_of(facet, f"facet{i}", values)
    values |= {f"facet{i}": facet, f"wanted{i}": wanted}
    return f"""place.facets[{slot}] = ANY (ARRAY(
        SELECT id FROM catalog_facetset sets
         WHERE facet = %(facet{i})s AND sets.values && %(wanted{i})s::text[]))"""  # noqa: S608 - of our own parts; values are parameters


def price_condition(query: ListingQuery, values: dict[str, Any]) -> str:
    price = query.ranges[PRICE]
    values |= {"price_from": price.least, "price_to": price.most}
    sides = [
        "place.price_minor >= %(price_from)s" if price.least is not None else "",
        "place.price_minor <= %(price_to)s" if price.most is not None else "",
    ]
    return " AND ".join(x for x in sides if x) or "TRUE"


def slot_of(facet: str, name: str, values: dict[str, Any]) -> str:
    if facet in FIXED_SLOTS:
        return str(FIXED_SLOTS[facet])
    values[name] = facet
    return f"(SELECT slot FROM catalog_facet WHERE name = %({name})s)"  # noqa: S608 - of our own parts; values are parameters


def all_of(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions)
