"""How many products each choice would show. Values are parameters; names come from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from commerce.catalog.listing.facets import (
    ATTRIBUTE_PREFIX,
    CATEGORY,
    COLLECTION,
    PRICE,
    PRICE_BOUNDS,
)
from commerce.catalog.listing.listing_query import ListingQuery
from commerce.catalog.listing.places_sql import (
    Condition,
    all_of,
    is_shown,
    shelf_of,
    slot_of,
    source_of,
)

# A list shows so many values of each facet, the most common.
VALUES_SHOWN: Final = 100


def _counted_value(facet: str, values: dict[str, Any], query: ListingQuery) -> str:
    """What cards are grouped by: the number of a set of values, or of a range of prices."""
    if facet == PRICE:
        values["bounds"] = list(PRICE_BOUNDS)
        return "width_bucket(place.price_minor, %(bounds)s::bigint[])"
    return f"place.facets[{slot_of(facet, f'counted_{len(values)}', values)}]"


def counts_of(query: ListingQuery, conditions: Sequence[Condition], values: dict[str, Any]) -> str:
    """Count each facet among the cards that fail no condition but its own.

    Cards that are alike in all that is counted, few kinds of them, are counted first, and then
    each facet among the kinds: by its number and by what failed. Which facet a group is of,
    `grouping` tells: the one bit that is not set.
    """
    # A shelf that is counted is not where to look, but one of the choices.
    source, where = source_of(query, values, on_shelf=shelf_of(query) not in query.facets)
    where = all_of([where, *(x.sql for x in conditions if x.facet not in query.facets)])
    soft = [x for x in conditions if x.facet in query.facets]
    # One bit for each that fails.
    failed = " | ".join(f"((NOT coalesce({x.sql}, FALSE))::int << {i})" for i, x in enumerate(soft))
    bit_of = {x.facet: 1 << i for i, x in enumerate(soft)}
    # OFFSET: what failed is worked out once, and not again wherever it is spoken of.
    at_most_one = (
        "OFFSET 0) looked_at WHERE failed & (failed - 1) = 0" if len(soft) > 1 else ") looked_at"
    )
    names = [f"counted{i}" for i in range(len(query.facets))]
    counted = ", ".join(
        f"{_counted_value(facet, values, query)} AS {name}"
        for facet, name in zip(query.facets, names, strict=True)
    )
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
                           coalesce({", ".join(names)}) AS number, failed,
                           sum(alike) AS found, min(least) AS least, max(most) AS most
                      FROM (
                        SELECT {", ".join(names)}, failed, count(*) AS alike,
                               min(price_minor) AS least, max(price_minor) AS most
                          FROM (
                            SELECT place.price_minor, {failed or "0"} AS failed, {counted}
                              FROM {source} place WHERE {where}
                             {at_most_one}
                         GROUP BY {", ".join(names)}, failed
                      ) kinds
                     GROUP BY GROUPING SETS ({sets})
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
                OR {is_shown("ranked.value", "(SELECT market FROM asked)")})
          ) named
    """  # noqa: S608 - of our own parts; values are parameters
