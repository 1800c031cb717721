"""Let changed products find their collections: a step of making their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commerce.catalog.collections.queries import load_collections, load_rule_sets
from commerce.catalog.collections.replace_members import replace_members
from commerce.catalog.listing.product_facts import ProductFacts
from commerce.shared.db import requires_transaction


@requires_transaction
def refresh_members(products: Sequence[ProductFacts]) -> list[ProductFacts]:
    """Put every rule to these products, and give them back with the collections they stand in.

    Three statements, however many products, collections and rules.
    """
    rule_sets = load_rule_sets()
    if rule_sets:
        replace_members(products, rule_sets=rule_sets)
    collections = load_collections([product.id for product in products])
    return [replace(product, collections=collections.get(product.id, ())) for product in products]
