"""The query string of a product list, read strictly: a typo must never return everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from drf_spectacular.utils import OpenApiParameter

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import FIELDS, SUMMARY_FIELDS
from commerce.catalog.listing.models import EVERYTHING
from commerce.catalog.listing.queries import ListingQuery, Position, Sort
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products.drafts import BRAND_MAX
from commerce.shared.api.pages import LIMIT_MAX, BadQuery, check_query, limit_of, read_cursor
from commerce.shared.money import EXPONENTS

CURRENCY_DEFAULT: Final = "USD"
TEXT_MAX: Final = 200
# Enough for every box a shopper can tick on one page.
CHOICES_MAX: Final = 50

CURRENCY_PARAMETER: Final = OpenApiParameter(
    "currency",
    {"type": "string", "enum": sorted(EXPONENTS)},
    description=f"ISO 4217; {CURRENCY_DEFAULT} where it is missing.",
)
PAGE_PARAMETERS: Final = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}),
    OpenApiParameter("cursor", str),
]
DOCUMENT_PARAMETERS: Final = [
    CURRENCY_PARAMETER,
    OpenApiParameter(
        "fields",
        {"type": "string", "pattern": f"^({'|'.join(FIELDS)})(,({'|'.join(FIELDS)}))*$"},
        description="Comma-separated. Only these come back.",
    ),
]
_AMOUNT: Final = {"type": "integer", "minimum": 0, "maximum": AMOUNT_MAX}
LISTING_PARAMETERS: Final = [
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": TEXT_MAX},
        description="Words to look for; typing errors are forgiven.",
    ),
    OpenApiParameter("filter[category]", str, description="A slug; what stands below counts too."),
    OpenApiParameter("filter[price][gte]", _AMOUNT, description="Minor units of `currency`."),
    OpenApiParameter("filter[price][lte]", _AMOUNT, description="Minor units of `currency`."),
    OpenApiParameter("filter[brand]", str, description="One or several, comma-separated."),
    OpenApiParameter("filter[availability]", str, description="One or several, comma-separated."),
    OpenApiParameter(
        "sort", str, enum=list(Sort), description="`title`; for a search `relevance`."
    ),
    *PAGE_PARAMETERS,
    *DOCUMENT_PARAMETERS,
]


def read_listing_query(query: Mapping[str, str]) -> ListingQuery:
    """Raises `BadQuery` for whatever is unknown, malformed or out of range."""
    check_query(query, allowed={x.name for x in LISTING_PARAMETERS})
    text = query.get("q", "").strip()
    if len(text) > TEXT_MAX:
        raise BadQuery(f"q has at most {TEXT_MAX} characters.")
    sort = _sort(query.get("sort"), is_search=bool(text))
    cursor = query.get("cursor")
    return ListingQuery(
        currency=currency_of(query),
        sort=sort,
        limit=limit_of(query),
        text=text,
        category=query.get("filter[category]", EVERYTHING),
        brands=_choices(query, "filter[brand]", longest=BRAND_MAX),
        availabilities=[
            _availability(x) for x in _choices(query, "filter[availability]", longest=20)
        ],
        price_from_minor=_amount(query, "filter[price][gte]"),
        price_to_minor=_amount(query, "filter[price][lte]"),
        after=_position(cursor, binding_of(query, sort)) if cursor else None,
        column=_column(fields_of(query)),
    )


def binding_of(query: Mapping[str, str], sort: Sort) -> str:
    """What a cursor belongs to: the same list in the same order, whatever is shown of it."""
    selecting = sorted(
        (name, value)
        for name, value in query.items()
        if name not in ("cursor", "limit", "fields", "sort")
    )
    return f"catalog.products:{sort}:{selecting}"


def currency_of(query: Mapping[str, str]) -> str:
    currency = query.get("currency", CURRENCY_DEFAULT)
    if currency not in EXPONENTS:
        raise BadQuery("currency is an ISO 4217 code.")
    return currency


def fields_of(query: Mapping[str, str]) -> list[str]:
    """Which fields are asked for; none means all."""
    if "fields" not in query:
        return []
    fields = query["fields"].split(",")
    for name in fields:
        if name not in FIELDS:
            raise BadQuery(f"fields are of: {', '.join(FIELDS)}.")
    return fields


def _column(fields: list[str]) -> Literal["summary", "document"]:
    return "summary" if set(fields) <= set(SUMMARY_FIELDS) else "document"


def _sort(asked: str | None, *, is_search: bool) -> Sort:
    if asked is None:
        return Sort.RELEVANCE if is_search else Sort.TITLE
    if asked not in list(Sort) or (asked == Sort.RELEVANCE and not is_search):
        known = ", ".join(x for x in Sort if is_search or x is not Sort.RELEVANCE)
        raise BadQuery(f"sort is one of {known}.")
    return Sort(asked)


def _choices(query: Mapping[str, str], name: str, *, longest: int) -> list[str]:
    if name not in query:
        return []
    choices = query[name].split(",")
    if len(choices) > CHOICES_MAX or any(not 1 <= len(x) <= longest for x in choices):
        raise BadQuery(f"{name} takes up to {CHOICES_MAX} values, comma-separated.")
    return choices


def _availability(text: str) -> Availability:
    if text not in list(Availability):
        raise BadQuery(f"filter[availability] is of {', '.join(Availability)}.")
    return Availability(text)


def _amount(query: Mapping[str, str], name: str) -> int | None:
    if name not in query:
        return None
    text = query[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadQuery(f"{name} is a whole number of minor units.")
    return min(int(text), AMOUNT_MAX)


def _position(cursor: str, binding: str) -> Position:
    key, product_id = read_cursor(cursor, binding)
    return Position(key=key, product_id=product_id)
