"""Write down what the rules of collections find among some products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import connection

from commerce.catalog.collections.candidates import candidate_of
from commerce.catalog.collections.rules import RuleSet
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.catalog.products.models import ProductStatus
from commerce.shared.db import requires_transaction

_REPLACE = """
WITH wanted AS (
    SELECT * FROM unnest(%(collections)s::uuid[], %(products)s::uuid[])
        AS pair (collection_id, product_id)
), gone AS (
    DELETE FROM catalog_collectionmember member
     WHERE member.product_id = ANY(%(all_products)s)
       AND member.collection_id = ANY(%(all_collections)s)
       AND NOT EXISTS (SELECT FROM wanted
                        WHERE wanted.collection_id = member.collection_id
                          AND wanted.product_id = member.product_id)
    RETURNING member.product_id
), come AS (
    INSERT INTO catalog_collectionmember (collection_id, product_id, position)
    SELECT collection_id, product_id, 0 FROM wanted
        ON CONFLICT (collection_id, product_id) DO NOTHING
    RETURNING product_id
)
SELECT product_id FROM gone UNION SELECT product_id FROM come
"""


@requires_transaction
def replace_members(
    products: Sequence[ProductFacts], *, rule_sets: Mapping[UUID, RuleSet]
) -> set[UUID]:
    """Put rules to products, and give those that have come into a collection or gone from one.

    One statement. The caller holds the lock of whoever makes documents: one alone writes down
    what rules find, so that an older fact never overwrites a newer one.
    """
    pairs = list(_pairs(products, rule_sets))
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLACE,
            {
                "collections": [collection_id for collection_id, _ in pairs],
                "products": [product_id for _, product_id in pairs],
                "all_products": [product.id for product in products],
                "all_collections": list(rule_sets),
            },
        )
        return {product_id for (product_id,) in cursor.fetchall()}


def _pairs(
    products: Sequence[ProductFacts], rule_sets: Mapping[UUID, RuleSet]
) -> Iterator[tuple[UUID, UUID]]:
    for product in products:
        # What is not on sale stands in no collection that rules make.
        if product.status == ProductStatus.PUBLISHED:
            candidate = candidate_of(product)
            for collection_id, rules in rule_sets.items():
                if rules.fits(candidate):
                    yield collection_id, product.id
