"""The two reads that everybody makes: a page of a list, and a product's own page.

Documents are JSON already and are sent as they are: to read and write them again would cost more
than finding them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse

from commerce.catalog.api.listing_query import (
    DOCUMENT_NAMES,
    binding_of,
    fields_of,
    market_of,
    read_listing_query,
)
from commerce.catalog.listing.counts import FacetCounts
from commerce.catalog.listing.queries import find_document, find_page, unknown_names
from commerce.catalog.products.queries import UnknownProduct
from commerce.shared.api.etags import names_tag, tag_of
from commerce.shared.api.open_reads import is_anonymous
from commerce.shared.api.pages import BadQuery, check_query, write_cursor

# A list may be a second old, which spares the origin a rush on the front page. A product's own
# page has an ETag: caches keep it, and ask each time whether it is still so. Nothing in either
# depends on who asks, so no cache has to look at cookies.
LIST_CACHING: Final = "public, max-age=1"
PAGE_CACHING: Final = "public, no-cache"
# Whoever has signed in may be shown what others are not.
OWN_CACHING: Final = "private, no-cache"


def read_list(request: HttpRequest) -> HttpResponse:
    """Answer GET /products."""
    query = read_listing_query(request.GET)
    fields = fields_of(request.GET)
    page = find_page(query)
    if not page.documents and (unknown := unknown_names(query)):
        raise BadQuery(f"There is no {', '.join(unknown)}.")
    cursor = None
    if page.next:
        binding = binding_of(request.GET, query.sort)
        cursor = write_cursor([page.next.key, page.next.product_id], binding)
    data = ",".join(only(fields, document) for document in page.documents)
    rest: dict[str, Any] = {"next_cursor": cursor, "has_more": page.next is not None}
    if query.facets:
        rest["facets"] = [_facet(counts) for counts in page.facets]
    body = b'{"data":[' + data.encode() + b"]," + orjson.dumps(rest)[1:]
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return answer(request, body, tag=tag_of(digest), caching=LIST_CACHING)


def read_product(
    request: HttpRequest, product_id: UUID | None = None, slug: str | None = None
) -> HttpResponse:
    """Answer GET /products/{id or slug}.

    Raises:
        UnknownProduct: it is not on sale there.
    """
    check_query(request.GET, allowed=DOCUMENT_NAMES)
    market, fields = market_of(request.GET), fields_of(request.GET)
    found = find_document(market=market, product_id=product_id, slug=slug)
    if found is None:
        raise UnknownProduct
    body = only(fields, found.json).encode()
    return answer(request, body, tag=tag_of(found.etag), caching=PAGE_CACHING)


def answer(request: HttpRequest, body: bytes, *, tag: str, caching: str) -> HttpResponse:
    """Send what was found, or only that it is still what the caller has."""
    headers = {"Cache-Control": caching if is_anonymous(request) else OWN_CACHING, "ETag": tag}
    if names_tag(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, content_type="application/json", headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def only(fields: Sequence[str], document: str) -> str:
    """Leave out what was not asked for."""
    if not fields:
        return document
    whole = orjson.loads(document)
    return orjson.dumps({name: whole[name] for name in fields}).decode()


def _facet(counts: FacetCounts) -> dict[str, Any]:
    def money(amount_minor: int | None) -> dict[str, Any] | None:
        if amount_minor is None:
            return None
        return {"amount": amount_minor, "currency": counts.currency}

    if counts.currency:
        return {
            "name": counts.facet,
            "min": money(counts.least_minor),
            "max": money(counts.most_minor),
            "ranges": [
                {"gte": money(x.least_minor), "lte": money(x.most_minor), "count": x.count}
                for x in counts.prices
            ],
        }
    return {
        "name": counts.facet,
        "values": [{"value": x.value, "label": x.label, "count": x.count} for x in counts.values],
    }
