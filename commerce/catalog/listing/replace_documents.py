"""Write the documents of products, their cards and their places on the shelves, over what was there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from commerce.catalog.listing.document import document_of, summary_of
from commerce.catalog.listing.facets import facets_of
from commerce.catalog.listing.models import collection_shelf
from commerce.catalog.listing.number_facets import FacetNumbers, number_facets
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.catalog.listing.words import plain_words, title_key, vocabulary
from commerce.shared.db import requires_transaction

_LISTINGS: Final = """
INSERT INTO catalog_listing AS old (product_id, market, slug, version, etag, summary, document)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[],
                     %s::text[])
    ON CONFLICT (product_id, market) DO UPDATE
   SET slug = EXCLUDED.slug, version = EXCLUDED.version, etag = EXCLUDED.etag,
       summary = EXCLUDED.summary, document = EXCLUDED.document
 WHERE old.etag <> EXCLUDED.etag OR old.slug <> EXCLUDED.slug
"""

# Title and codes count most in a search, then brand and categories, the description least.
_CARDS: Final = """
INSERT INTO catalog_card AS old
       (product_id, market, title_key, price_minor, published_at, facets, words)
SELECT product_id, market, title_key, price_minor, published_at, facets::int[],
       setweight(to_tsvector(language::regconfig, words_a), 'A')
       || setweight(to_tsvector(language::regconfig, words_b), 'B')
       || setweight(to_tsvector(language::regconfig, words_d), 'D')
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[],
              %s::text[], %s::text[], %s::text[], %s::text[])
       AS new (product_id, market, title_key, price_minor, published_at, facets, language,
               words_a, words_b, words_d)
    ON CONFLICT (product_id, market) DO UPDATE
   SET title_key = EXCLUDED.title_key, price_minor = EXCLUDED.price_minor,
       published_at = EXCLUDED.published_at, facets = EXCLUDED.facets, words = EXCLUDED.words
 WHERE (old.title_key, old.price_minor, old.published_at, old.facets, old.words) IS DISTINCT FROM
       (EXCLUDED.title_key, EXCLUDED.price_minor, EXCLUDED.published_at, EXCLUDED.facets,
        EXCLUDED.words)
"""

_PLACEMENTS: Final = """
INSERT INTO catalog_placement AS old
       (product_id, market, shelf, title_key, price_minor, published_at, facets, position)
SELECT product_id, market, shelf, title_key, price_minor, published_at, facets::int[], position
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[],
              %s::text[], %s::int[])
       AS new (product_id, market, shelf, title_key, price_minor, published_at, facets, position)
    ON CONFLICT (product_id, market, shelf) DO UPDATE
   SET title_key = EXCLUDED.title_key, price_minor = EXCLUDED.price_minor,
       published_at = EXCLUDED.published_at, facets = EXCLUDED.facets, position = EXCLUDED.position
 WHERE (old.title_key, old.price_minor, old.published_at, old.facets, old.position)
       IS DISTINCT FROM (EXCLUDED.title_key, EXCLUDED.price_minor, EXCLUDED.published_at,
                         EXCLUDED.facets, EXCLUDED.position)
"""

# What is not among the rows that are to be, and belongs to one of the products.
_LISTINGS_GONE: Final = """
DELETE FROM catalog_listing WHERE product_id = ANY(%s) AND (product_id, market) NOT IN
       (SELECT * FROM unnest(%s::uuid[], %s::text[]))
"""
_CARDS_GONE: Final = _LISTINGS_GONE.replace("catalog_listing", "catalog_card")
_PLACEMENTS_GONE: Final = """
DELETE FROM catalog_placement WHERE product_id = ANY(%s) AND (product_id, market, shelf) NOT IN
       (SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[]))
"""

_WORDS: Final = """
INSERT INTO catalog_word (language, word, stem)
SELECT language, word, coalesce((tsvector_to_array(to_tsvector(language::regconfig, word)))[1], '')
  FROM unnest(%s::text[], %s::text[]) AS new (language, word)
 WHERE NOT EXISTS (SELECT FROM catalog_word old
                    WHERE old.language = new.language AND old.word = new.word)
    ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class _Rows:
    """Rows of the three tables, and the words in them by language."""

    listings: list[tuple[Any, ...]] = field(default_factory=list)
    cards: list[tuple[Any, ...]] = field(default_factory=list)
    placements: list[tuple[Any, ...]] = field(default_factory=list)
    words: set[tuple[str, str]] = field(default_factory=set)


@requires_transaction
def replace_documents(product_ids: Collection[UUID], *, on_sale: Sequence[ProductFacts]) -> None:
    """Store what is on sale of these products, and remove the rest, in ten statements at most.

    A product has a listing in each market in which it can be bought, and in no other: what a list
    shows has a price.
    """
    facets = number_facets([facets_of(product) for product in on_sale])
    rows = _Rows()
    for product, numbers in zip(on_sale, facets, strict=True):
        _add(product, numbers, rows)
    listings, cards = _columns(rows.listings, 7), _columns(rows.cards, 10)
    placements = _columns(rows.placements, 8)
    gone = list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(_LISTINGS_GONE, [gone, *listings[:2]])
        cursor.execute(_CARDS_GONE, [gone, *cards[:2]])
        cursor.execute(_PLACEMENTS_GONE, [gone, *placements[:3]])
        if rows.listings:
            cursor.execute(_LISTINGS, listings)
            cursor.execute(_CARDS, cards)
            cursor.execute(_WORDS, _columns(sorted(rows.words), 2))
        if rows.placements:
            cursor.execute(_PLACEMENTS, placements)


def _add(product: ProductFacts, facets: FacetNumbers, rows: _Rows) -> None:
    codes = [code for x in product.variants for code in (x.sku, x.gtin) if code]
    names = [x.name for x in product.categories]
    for market in product.markets:
        document = document_of(product, market=market)
        title, description = document["title"], document["description"]
        written = orjson.dumps(document)
        digest = hashlib.blake2b(written, digest_size=4).hexdigest()
        sort_keys = (
            title_key(title),
            document["price"]["amount"],
            product.published_at,
            _array(facets),
        )
        rows.listings.append(
            (
                *(product.id, market.code, product.slug, product.version),
                f"{product.version}.{digest}",
                orjson.dumps(summary_of(document)).decode(),
                written.decode(),
            )
        )
        rows.cards.append(
            (
                *(product.id, market.code, *sort_keys, market.language),
                plain_words(" ".join([title, *codes])),
                plain_words(" ".join([product.brand, *names])),
                plain_words(description),
            )
        )
        rows.placements += [
            (product.id, market.code, shelf, *sort_keys, position)
            for shelf, position in _shelves(product)
        ]
        texts = [title, product.brand, *names, description]
        rows.words |= {(market.language, word) for word in vocabulary(texts)}


def _shelves(product: ProductFacts) -> Iterator[tuple[str, int]]:
    """Give every shelf it stands on, and where, if somebody has arranged it."""
    for category in product.shelves():
        yield category, 0
    for collection in product.collections:
        yield collection_shelf(collection.slug), collection.position


def _array(numbers: Sequence[int]) -> str:
    """Arrays of different lengths cannot be columns of `unnest`: each travels as text."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Rows to columns, for `unnest`: one statement, whatever the number of rows."""
    return [[row[i] for row in rows] for i in range(count)]
