"""Give facets their slots and sets of values their numbers: the few that are new get theirs here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from commerce.catalog.listing.facets import FIXED_SLOTS, NO_VALUES, Values
from commerce.catalog.listing.models import Facet
from commerce.shared.db import requires_transaction

type FacetNumbers = list[int]
"""By slot, from the first: the number of the set of values, or `NO_VALUES`."""


@requires_transaction
def number_facets(products: Sequence[Mapping[str, Values]]) -> list[FacetNumbers]:
    """Give the numbers that stand for the values of each product, in two statements at most.

    Only one caller at a time: whoever makes documents holds their lock.
    """
    slots = _slots({name for facets in products for name in facets})
    ids = _ids({(name, values) for facets in products for name, values in facets.items()})
    width = max(slots.values(), default=0)
    numbered = []
    for facets in products:
        numbers = [NO_VALUES] * width
        for name, values in facets.items():
            numbers[slots[name] - 1] = ids[name, values.digest]
        while numbers and numbers[-1] == NO_VALUES:
            numbers.pop()
        numbered.append(numbers)
    return numbered


def _slots(names: Collection[str]) -> Mapping[str, int]:
    slots = dict(FIXED_SLOTS)
    others = sorted(set(names) - slots.keys())
    if not others:
        return slots
    known = dict(Facet.objects.values_list("name", "slot"))
    free = max([*slots.values(), *known.values()]) + 1
    missing = [name for name in others if name not in known]
    new = {name: free + i for i, name in enumerate(missing)}
    Facet.objects.bulk_create(Facet(name=name, slot=slot) for name, slot in new.items())
    return slots | known | new


def _ids(wanted: Iterable[tuple[str, Values]]) -> Mapping[tuple[str, str], int]:
    rows: list[dict[str, Any]] = [
        {"facet": name, "digest": x.digest, "values": x.values, "measures": x.measures}
        for name, x in wanted
    ]
    with connection.cursor() as cursor:
        # Looked for first: a conflict would use up a number each time.
        cursor.execute(
            """
            SELECT id, facet, digest FROM catalog_facetset
              JOIN unnest(%s::text[], %s::text[]) AS asked (facet, digest) USING (facet, digest)
            """,
            [[row["facet"] for row in rows], [row["digest"] for row in rows]],
        )
        ids = {(facet, digest): id_ for id_, facet, digest in cursor.fetchall()}
        missing = [row for row in rows if (row["facet"], row["digest"]) not in ids]
        if missing:
            cursor.execute(
                """
                INSERT INTO catalog_facetset (facet, digest, values, measures)
                SELECT facet, digest, new.values, measures
                  FROM jsonb_to_recordset(%s)
                       AS new (facet text, digest text, values text[], measures float8[])
                RETURNING id, facet, digest
                """,
                [orjson.dumps(missing).decode()],
            )
            ids |= {(facet, digest): id_ for id_, facet, digest in cursor.fetchall()}
    return ids
