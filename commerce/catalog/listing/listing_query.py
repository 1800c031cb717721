"""What a shopper wants to see: of which market, how narrowed down, in which order, from where on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from commerce.catalog.listing.models import EVERYTHING


class Sort(StrEnum):
    TITLE = "title"
    TITLE_DOWN = "-title"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NEWEST = "newest"
    RELEVANCE = "relevance"
    """Only for a search."""
    POSITION = "position"
    """Only in a collection: as somebody has arranged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketAsked:
    """By its code, or by a country or a currency of which one of the markets is."""

    currency: str
    code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From and to, both included; None leaves a side open."""

    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page ends: the sort key of its last listing, as text, and the product."""

    key: str
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuery:
    """Everything about one page of a list.

    Values of one facet widen (red or blue), facets narrow (red and small). The counts of a facet
    leave its own choices out: they say what choosing another value would show.
    """

    market: MarketAsked
    sort: Sort
    limit: int
    text: str = ""
    category: str = EVERYTHING
    collection: str = EVERYTHING
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By facet: at least one of these."""
    ranges: Mapping[str, Range] = field(default_factory=dict)
    """By facet of numbers or days; `price` in minor units."""
    facets: Sequence[str] = ()
    """Which are to be counted."""
    after: Position | None = None
    column: Literal["summary", "document"] = "summary"
