"""Write the documents of products, and their places on the shelves, over what stood there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import document_of, summary_of
from commerce.catalog.listing.models import EVERYTHING
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.catalog.listing.words import plain_words, title_key
from commerce.shared.db import requires_transaction

# Title and codes count most in a search, then brand and categories, the description least.
_LISTINGS: Final = """
INSERT INTO catalog_listing AS old
       (product_id, currency, slug, version, brand, availability, title_key,
        price_minor, published_at, title, summary, document, words)
SELECT product_id, currency, slug, version, brand, availability, title_key,
       price_minor, published_at, title, summary, document,
       setweight(to_tsvector('english', words_a), 'A')
       || setweight(to_tsvector('english', words_b), 'B')
       || setweight(to_tsvector('english', words_d), 'D')
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[],
              %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
              %s::text[], %s::text[], %s::text[])
       AS new (product_id, currency, slug, version, brand, availability, title_key,
               price_minor, published_at, title, summary, document, words_a, words_b, words_d)
    ON CONFLICT (product_id, currency) DO UPDATE
   SET slug = EXCLUDED.slug, version = EXCLUDED.version, brand = EXCLUDED.brand,
       availability = EXCLUDED.availability, title_key = EXCLUDED.title_key,
       price_minor = EXCLUDED.price_minor, published_at = EXCLUDED.published_at,
       title = EXCLUDED.title, summary = EXCLUDED.summary, document = EXCLUDED.document,
       words = EXCLUDED.words
 WHERE (old.version, old.document, old.words)
       IS DISTINCT FROM (EXCLUDED.version, EXCLUDED.document, EXCLUDED.words)
"""

_PLACEMENTS: Final = """
INSERT INTO catalog_placement AS old
       (product_id, currency, category, title_key, price_minor, published_at)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    ON CONFLICT (product_id, currency, category) DO UPDATE
   SET title_key = EXCLUDED.title_key, price_minor = EXCLUDED.price_minor,
       published_at = EXCLUDED.published_at
 WHERE (old.title_key, old.price_minor, old.published_at)
       IS DISTINCT FROM (EXCLUDED.title_key, EXCLUDED.price_minor, EXCLUDED.published_at)
"""

_LISTINGS_GONE: Final = """
DELETE FROM catalog_listing WHERE product_id = ANY(%s) AND (product_id, currency) NOT IN
       (SELECT * FROM unnest(%s::uuid[], %s::text[]))
"""

_PLACEMENTS_GONE: Final = """
DELETE FROM catalog_placement WHERE product_id = ANY(%s) AND (product_id, currency, category) NOT IN
       (SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[]))
"""


@requires_transaction
def replace_documents(product_ids: Collection[UUID], *, on_sale: Sequence[ProductFacts]) -> None:
    """Store what is on sale of these products, and remove the rest, in four statements.

    A product has a listing in each currency in which it can be bought, and in no other: what a
    list shows has a price.
    """
    listings = [row for product in on_sale for row in _listings_of(product)]
    placements = [row for product in on_sale for row in _placements_of(product)]
    listed = _columns(listings, 15)
    placed = _columns(placements, 6)
    with connection.cursor() as cursor:
        cursor.execute(_LISTINGS_GONE, [list(product_ids), *listed[:2]])
        cursor.execute(_PLACEMENTS_GONE, [list(product_ids), *placed[:3]])
        if listings:
            cursor.execute(_LISTINGS, listed)
            cursor.execute(_PLACEMENTS, placed)


def _listings_of(product: ProductFacts) -> Iterator[tuple[Any, ...]]:
    codes = [code for x in product.variants for code in (x.sku, x.gtin) if code]
    shelves = [x.name for x in product.categories]
    for currency in product.currencies():
        document = document_of(product, currency=currency)
        yield (
            product.id,
            currency,
            product.slug,
            product.version,
            product.brand,
            Availability(document["availability"]).value,
            title_key(product.title),
            product.lowest_minor(currency),
            product.published_at,
            product.title,
            orjson.dumps(summary_of(document)).decode(),
            orjson.dumps(document).decode(),
            plain_words(" ".join([product.title, *codes])),
            plain_words(" ".join([product.brand, *shelves])),
            plain_words(product.description),
        )


def _placements_of(product: ProductFacts) -> Iterator[tuple[Any, ...]]:
    for currency in product.currencies():
        for shelf in [EVERYTHING, *product.shelves()]:
            yield (
                product.id,
                currency,
                shelf,
                title_key(product.title),
                product.lowest_minor(currency),
                product.published_at,
            )


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Rows to columns, for `unnest`: one statement, whatever the number of rows."""
    return [[row[i] for row in rows] for i in range(count)]
