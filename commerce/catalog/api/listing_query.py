"""The query string of a product list, read strictly: a typo must never return everything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from drf_spectacular.utils import OpenApiParameter

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import FIELDS, SUMMARY_FIELDS
from commerce.catalog.listing.facets import (
    ATTRIBUTE_PREFIX,
    AVAILABILITY,
    BRAND,
    CATEGORY,
    COLLECTION,
    PRICE,
    day_number,
)
from commerce.catalog.listing.listing_query import (
    ListingQuery,
    MarketAsked,
    Position,
    Range,
    Sort,
)
from commerce.catalog.markets.models import CODE_MAX
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products.drafts import BRAND_MAX, CATEGORY_SLUG_MAX
from commerce.shared.api.pages import LIMIT_MAX, BadQuery, check_query, limit_of, read_cursor
from commerce.shared.money import EXPONENTS

CURRENCY_DEFAULT: Final = "USD"
TEXT_MAX: Final = 200
# Enough for every box a shopper can tick on one page.
CHOICES_MAX: Final = 50
VALUE_MAX: Final = 200
FACETS_MAX: Final = 10
# Planning a statement costs the square of its conditions, and anybody may ask.
ATTRIBUTES_MAX: Final = 20

CURRENCY_PARAMETER: Final = OpenApiParameter(
    "currency",
    {"type": "string", "enum": sorted(EXPONENTS)},
    description=f"ISO 4217; its default market, or base prices. {CURRENCY_DEFAULT} if missing.",
)
MARKET_PARAMETERS: Final = [
    CURRENCY_PARAMETER,
    OpenApiParameter(
        "market",
        {"type": "string", "pattern": f"^[!-~]{{1,{CODE_MAX}}}$"},
        description="A market's code; goes before `country` and `currency`.",
    ),
    OpenApiParameter(
        "country",
        {"type": "string", "pattern": "^[A-Z]{2}$"},
        description="ISO 3166-1: the market of `currency` that it belongs to.",
    ),
]
PAGE_PARAMETERS: Final = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}),
    OpenApiParameter("cursor", str),
]
DOCUMENT_PARAMETERS: Final = [
    *MARKET_PARAMETERS,
    OpenApiParameter(
        "fields",
        {"type": "string", "pattern": f"^({'|'.join(FIELDS)})(,({'|'.join(FIELDS)}))*$"},
        description="Comma-separated. Only these come back.",
    ),
]
_EXPANDABLE: Final = tuple(name for name in FIELDS if name not in SUMMARY_FIELDS)
_AMOUNT: Final = {"type": "integer", "minimum": 0, "maximum": AMOUNT_MAX}
_FACET: Final = (
    f"({BRAND}|{AVAILABILITY}|{CATEGORY}|{COLLECTION}|{PRICE}|attributes\\.[a-z0-9_-]{{1,40}})"
)
LISTING_PARAMETERS: Final = [
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": TEXT_MAX},
        description="Words to look for; typing errors are forgiven.",
    ),
    OpenApiParameter("filter[category]", str, description="A slug; what stands below counts too."),
    OpenApiParameter("filter[collection]", str, description="A slug."),
    OpenApiParameter("filter[price][gte]", _AMOUNT, description="Minor units of the currency."),
    OpenApiParameter("filter[price][lte]", _AMOUNT, description="Minor units of the currency."),
    OpenApiParameter("filter[brand]", str, description="One or several, comma-separated."),
    OpenApiParameter("filter[availability]", str, description="One or several, comma-separated."),
    OpenApiParameter(
        "facets",
        {"type": "string", "pattern": f"^{_FACET}(,{_FACET})*$"},
        description=(
            f"Up to {FACETS_MAX}, comma-separated: what is to be counted. A facet's own choices "
            "are left out of its counts: they tell what another choice would show."
        ),
    ),
    OpenApiParameter(
        "sort",
        str,
        enum=list(Sort),
        description="`title`; for a search `relevance`; in a collection `position`.",
    ),
    OpenApiParameter(
        "expand",
        {"type": "string", "pattern": f"^({'|'.join(_EXPANDABLE)})(,({'|'.join(_EXPANDABLE)}))*$"},
        description="Comma-separated: parts of a product's own page, besides what lists show.",
    ),
    *PAGE_PARAMETERS,
    *DOCUMENT_PARAMETERS,
]
DOCUMENT_NAMES: Final = {x.name for x in DOCUMENT_PARAMETERS}
LISTING_NAMES: Final = {x.name for x in LISTING_PARAMETERS}
# What does not change which products are in a list, and in which order.
_NOT_SELECTING: Final = frozenset({"cursor", "limit", "fields", "expand", "facets", "sort"})
_ATTRIBUTE: Final = re.compile(r"filter\[(attributes\.[a-z0-9_-]{1,40})\](?:\[(gte|lte)\])?")
# Which attributes there are is the shop's own: a family of names, which OpenAPI describes as an
# object whose members are the parameters.
ATTRIBUTE_PARAMETERS: Final = OpenApiParameter(
    "attributes",
    {
        "type": "object",
        "patternProperties": {f"^{_ATTRIBUTE.pattern}$": {"type": "string"}},
        "additionalProperties": False,
        "example": {"filter[attributes.roast]": "dark,medium", "filter[attributes.kg][lte]": "2"},
    },
    style="form",
    explode=True,
    description=(
        "`filter[attributes.roast]=dark,medium`: one or several values of a filterable attribute, "
        "comma-separated; `filter[attributes.kg][gte]` and `[lte]` of numbers and days."
    ),
)


def read_listing_query(query: Mapping[str, str]) -> ListingQuery:
    """Raises `BadQuery` for whatever is unknown, malformed or out of range."""
    attributes = {name: found for name in query if (found := _ATTRIBUTE.fullmatch(name))}
    if len({found[1] for found in attributes.values()}) > ATTRIBUTES_MAX:
        raise BadQuery(f"At most {ATTRIBUTES_MAX} attributes are filtered by at once.")
    check_query(query, allowed=LISTING_NAMES | attributes.keys() if attributes else LISTING_NAMES)
    text = query.get("q", "").strip()
    if len(text) > TEXT_MAX:
        raise BadQuery(f"q has at most {TEXT_MAX} characters.")
    sort = _sort(
        query.get("sort"), is_search=bool(text), in_order=bool(query.get("filter[collection]"))
    )
    cursor = query.get("cursor")
    return ListingQuery(
        market=market_of(query),
        sort=sort,
        limit=limit_of(query),
        text=text,
        category=_slug(query, "filter[category]"),
        collection=_slug(query, "filter[collection]"),
        values=_values(query, attributes),
        ranges=_ranges(query, attributes),
        facets=_facets(query),
        after=_position(cursor, binding_of(query, sort)) if cursor else None,
        column=_column(fields_of(query)),
    )


def binding_of(query: Mapping[str, str], sort: Sort) -> str:
    """What a cursor belongs to: the same list in the same order, whatever is shown of it."""
    selecting = sorted((name, value) for name, value in query.items() if name not in _NOT_SELECTING)
    return f"catalog.products:{sort}:{selecting}"


def currency_of(query: Mapping[str, str]) -> str:
    currency = query.get("currency", CURRENCY_DEFAULT)
    if currency not in EXPONENTS:
        raise BadQuery("currency is an ISO 4217 code.")
    return currency


def market_of(query: Mapping[str, str]) -> MarketAsked:
    code, country = query.get("market"), query.get("country")
    if code is not None and not 1 <= len(code) <= CODE_MAX:
        raise BadQuery(f"market is a code of 1 to {CODE_MAX} characters.")
    if country is not None and not re.fullmatch("[A-Z]{2}", country):
        raise BadQuery("country is an ISO 3166-1 code.")
    return MarketAsked(code=code, country=country, currency=currency_of(query))


def fields_of(query: Mapping[str, str]) -> list[str]:
    """Which fields are to be shown; none means what a list or a page shows by itself."""
    fields = _names(query, "fields", FIELDS)
    expand = _names(query, "expand", _EXPANDABLE)
    return [*(fields or SUMMARY_FIELDS), *expand] if expand else fields


def _names(query: Mapping[str, str], name: str, known: tuple[str, ...]) -> list[str]:
    if name not in query:
        return []
    names = query[name].split(",")
    if not set(names) <= set(known):
        raise BadQuery(f"{name} are of: {', '.join(known)}.")
    return names


def _column(fields: list[str]) -> Literal["summary", "document"]:
    return "summary" if set(fields) <= set(SUMMARY_FIELDS) else "document"


def _sort(asked: str | None, *, is_search: bool, in_order: bool) -> Sort:
    if asked is None:
        return Sort.RELEVANCE if is_search else Sort.POSITION if in_order else Sort.TITLE
    allowed = {Sort.RELEVANCE: is_search, Sort.POSITION: in_order and not is_search}
    known = [x for x in Sort if allowed.get(x, True)]
    if asked not in known:
        raise BadQuery(f"sort is one of {', '.join(known)}.")
    return Sort(asked)


def _values(
    query: Mapping[str, str], attributes: Mapping[str, re.Match[str]]
) -> dict[str, list[str]]:
    chosen = {
        BRAND: _choices(query, "filter[brand]", longest=BRAND_MAX),
        AVAILABILITY: _choices(query, "filter[availability]", longest=20),
    }
    if not set(chosen[AVAILABILITY]) <= set(Availability):
        raise BadQuery(f"filter[availability] is of {', '.join(Availability)}.")
    for name, found in attributes.items():
        if found[2] is None:
            chosen[found[1]] = _choices(query, name, longest=VALUE_MAX)
    return {facet: values for facet, values in chosen.items() if values}


def _ranges(query: Mapping[str, str], attributes: Mapping[str, re.Match[str]]) -> dict[str, Range]:
    ranges = {}
    least, most = _amount(query, "filter[price][gte]"), _amount(query, "filter[price][lte]")
    if least is not None or most is not None:
        ranges[PRICE] = Range(least=least, most=most)
    for facet in dict.fromkeys(found[1] for found in attributes.values() if found[2]):
        ranges[facet] = Range(
            least=_measure(query, f"filter[{facet}][gte]"),
            most=_measure(query, f"filter[{facet}][lte]"),
        )
    return ranges


def _facets(query: Mapping[str, str]) -> list[str]:
    if "facets" not in query:
        return []
    facets = query["facets"].split(",")
    if len(set(facets)) < len(facets) or len(facets) > FACETS_MAX:
        raise BadQuery(f"facets are at most {FACETS_MAX}, each once.")
    if not all(re.fullmatch(_FACET, facet) for facet in facets):
        known = f"{BRAND}, {AVAILABILITY}, {CATEGORY}, {COLLECTION}, {PRICE}"
        raise BadQuery(f"facets are of {known} and {ATTRIBUTE_PREFIX}…")
    return facets


def _slug(query: Mapping[str, str], name: str) -> str:
    slug = query.get(name, "")
    if len(slug) > CATEGORY_SLUG_MAX:
        raise BadQuery(f"{name} is a slug.")
    return slug


def _choices(query: Mapping[str, str], name: str, *, longest: int) -> list[str]:
    if name not in query:
        return []
    choices = query[name].split(",")
    if len(choices) > CHOICES_MAX or any(not 1 <= len(x) <= longest for x in choices):
        raise BadQuery(f"{name} takes up to {CHOICES_MAX} values, comma-separated.")
    return choices


def _amount(query: Mapping[str, str], name: str) -> int | None:
    if name not in query:
        return None
    text = query[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadQuery(f"{name} is a whole number of minor units.")
    return min(int(text), AMOUNT_MAX)


def _measure(query: Mapping[str, str], name: str) -> float | None:
    if name not in query:
        return None
    text = query[name]
    if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return float(text)
    try:
        return day_number(text)
    except ValueError as failure:
        raise BadQuery(f"{name} is a number, or a date like 2027-03-01.") from failure


def _position(cursor: str, binding: str) -> Position:
    key, product_id = read_cursor(cursor, binding)
    return Position(key=key, product_id=product_id)
