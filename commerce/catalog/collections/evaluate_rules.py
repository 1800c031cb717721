"""Put changed rules to every product there is, batch by batch: a step of making documents."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from commerce.catalog.collections.models import Collection
from commerce.catalog.collections.replace_members import replace_members
from commerce.catalog.collections.rules import read_rules
from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.listing.facts import load_facts
from commerce.catalog.products.models import Product, ProductStatus
from commerce.shared.db import requires_transaction

# Whatever changes while a batch is looked at waits for its end: it takes a fifth of a second.
BATCH_SIZE: Final = 500


@requires_transaction
def evaluate_rules(*, now: datetime) -> int:
    """Look at the next products of the collection that has waited longest; say how many.

    How far it has come stands in its row, so a killed worker's successor goes on from there. New
    rules begin anew. Nothing is left when no row has
    `evaluation_due_at`.
    """
    waiting = Collection.objects.filter(evaluation_due_at__isnull=False)
    collection = (
        waiting.order_by("evaluation_due_at", "pk")
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if collection is None:
        return 0
    products = Product.objects.filter(status=ProductStatus.PUBLISHED).order_by("pk")
    if collection.evaluated_to is not None:
        products = products.filter(pk__gt=collection.evaluated_to)
    product_ids = list(products.values_list("pk", flat=True)[:BATCH_SIZE])

    if product_ids:
        rules = read_rules(collection.rules, matching=collection.matching)
        changed = replace_members(load_facts(product_ids, at=now), rule_sets={collection.pk: rules})
        if changed:
            note_changes_of(Product.objects.filter(pk__in=changed), at=now)
        collection.evaluated_to = product_ids[-1]
    else:
        collection.evaluation_due_at = collection.evaluated_to = None
    collection.save(update_fields=["evaluation_due_at", "evaluated_to"])
    return len(product_ids)
