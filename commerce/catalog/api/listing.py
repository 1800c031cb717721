"""The two reads that everybody makes: a page of a list, and a product's own page.

Documents are JSON already and are sent as they are: to read and write them again would cost more
than finding them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

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
from commerce.shared.api.etags import tag_of
from commerce.shared.api.open_reads import Found
from commerce.shared.api.pages import BadQuery, check_query, write_cursor

# A list may be a second old, which spares the origin a rush on the front page. A product's own
# page has an ETag: caches keep it, and ask each time whether it is still so. Nothing in either
# depends on who asks, so no cache has to look at cookies.
LIST_CACHING: Final = "public, max-age=1"
PAGE_CACHING: Final = "public, no-cache"


def read_list(asked: Mapping[str, str]) -> Found:
    """Answer GET /products."""
    query = read_listing_query(asked)
    fields = fields_of(asked)
    page = find_page(query)
    if not page.documents and (unknown := unknown_names(query)):
        raise BadQuery(f"There is no {', '.join(unknown)}.")
    cursor = None
    if page.next:
        binding = binding_of(asked, query.sort)
        cursor = write_cursor([page.next.key, page.next.product_id], binding)
    documents = [only(fields, x) for x in page.documents] if fields else page.documents
    rest: dict[str, Any] = {"next_cursor": cursor, "has_more": page.next is not None}
    if query.facets:
        rest["facets"] = [_facet(counts) for counts in page.facets]
    body = b'{"data":[' + b",".join(documents) + b"]," + orjson.dumps(rest)[1:]
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return Found(body, tag=tag_of(digest), caching=LIST_CACHING)


def read_product(
    asked: Mapping[str, str], product_id: UUID | None = None, slug: str | None = None
) -> Found:
    """Answer GET /products/{id or slug}.

    Raises:
        UnknownProduct: it is not on sale there.
    """
    check_query(asked, allowed=DOCUMENT_NAMES)
    market, fields = market_of(asked), fields_of(asked)
    found = find_document(market=market, product_id=product_id, slug=slug)
    if found is None:
        raise UnknownProduct
    body = only(fields, found.json) if fields else found.json
    return Found(body, tag=tag_of(found.etag), caching=PAGE_CACHING)


def only(fields: Sequence[str], document: bytes) -> bytes:
    """Leave out what was not asked for."""
    whole = orjson.loads(document)
    return orjson.dumps({name: whole[name] for name in fields})


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
