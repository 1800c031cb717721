"""What there is to choose from, with how many products each choice would show. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.catalog.listing.facets import PRICE, PRICE_BOUNDS
from commerce.catalog.products.locales import translated


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCount:
    """A range of prices, both ends included; above the last step there is no end."""

    least_minor: int
    most_minor: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """One facet: its values, the most common first; or ranges of prices, with the extremes."""

    facet: str
    values: Sequence[ValueCount] = ()
    prices: Sequence[PriceCount] = ()
    currency: str = ""
    least_minor: int | None = None
    most_minor: int | None = None


def read_counts(facets: Sequence[str], counted: Mapping[str, Any]) -> list[FacetCounts]:
    """Put what the statement has counted in the order the facets were asked for."""
    counts = []
    for facet in facets:
        rows = [row for row in counted["rows"] if row["facet"] == facet]
        if facet == PRICE:
            counts.append(_prices(rows, counted["currency"]))
            continue
        rows.sort(key=lambda row: (-row["found"], row["value"]))
        values = [_value(row, counted["locale"]) for row in rows]
        counts.append(FacetCounts(facet=facet, values=values))
    return counts


def _value(row: Mapping[str, Any], locale: str) -> ValueCount:
    words = row["translations"] or {}
    default = row["label"] or row["value"]
    # Of a category its name, of a collection its title, of a choice its label.
    name: str = translated(words, "name", locale=locale, default=default)
    title = translated(words, "title", locale=locale, default=name)
    label = translated(words, "label", locale=locale, default=title)
    return ValueCount(value=row["value"], label=label, count=row["found"])


def _prices(rows: Sequence[Mapping[str, Any]], currency: str) -> FacetCounts:
    limits = [0, *PRICE_BOUNDS]
    ranges = []
    for row in sorted(rows, key=lambda row: int(row["value"])):
        step = int(row["value"])
        is_last = step + 1 == len(limits)
        ranges.append(
            PriceCount(
                least_minor=limits[step],
                most_minor=None if is_last else limits[step + 1] - 1,
                count=row["found"],
            )
        )
    return FacetCounts(
        facet=PRICE,
        prices=ranges,
        currency=currency,
        least_minor=min((row["least"] for row in rows), default=None),
        most_minor=max((row["most"] for row in rows), default=None),
    )
