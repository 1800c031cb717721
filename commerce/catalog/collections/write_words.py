"""Write what is said of a collection, and have shown what that changes: a step of both use cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commerce.catalog.attributes.queries import UnknownAttribute, attribute_ids_by_code
from commerce.catalog.collections.drafts import CollectionChanges, Window
from commerce.catalog.collections.models import (
    Collection,
    CollectionKind,
    CollectionMember,
    CollectionPublication,
)
from commerce.catalog.collections.rules import attributes_in, names_in
from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Product
from commerce.catalog.products.queries import UnknownCategory, category_ids_by_slug
from commerce.shared.bells import ring
from commerce.shared.db import requires_transaction

_COLUMNS: Final = ("title", "description", "translations", "is_published", "rules", "matching")
# What decides which products stand in it, and what documents and lists may show of it.
_DECIDING: Final = frozenset({"rules", "matching"})
_SHOWN: Final = frozenset({"title", "translations", "is_published"})


@requires_transaction
def write_words(collection: Collection, changes: CollectionChanges, *, now: datetime) -> bool:
    """Change a locked collection in memory and everything around it in the database.

    The caller saves its row. Tells whether anything is different.

    Raises:
        UnknownCategory, UnknownAttribute: a rule asks for what there is not.
        InvalidField: a product that is to stand in it does not exist.
    """
    changed = {
        name
        for name in _COLUMNS
        if (value := getattr(changes, name)) is not None and value != getattr(collection, name)
    }
    for name in changed:
        setattr(collection, name, getattr(changes, name))
    if changed & _DECIDING and collection.kind == CollectionKind.RULES:
        _check_names(collection)
        collection.evaluation_due_at, collection.evaluated_to = now, None
        transaction.on_commit(lambda: ring("catalog.refresh_listing"))
    if changed & _SHOWN:
        note_changes_of(_products_of(collection), at=now)

    is_changed = [
        bool(changed),
        changes.publications is not None and _write_windows(collection, changes.publications),
        changes.product_ids is not None and _arrange(collection, changes.product_ids, now),
    ]
    return any(is_changed)


def _check_names(collection: Collection) -> None:
    wanted = names_in(collection.rules, field="category")
    for slug in sorted(wanted - category_ids_by_slug(wanted).keys()):
        raise UnknownCategory(category=slug)
    codes = attributes_in(collection.rules)
    known = attribute_ids_by_code(codes) if codes else {}
    for code in sorted(codes - known.keys()):
        raise UnknownAttribute(attribute=code)


def _write_windows(collection: Collection, windows: Sequence[Window]) -> bool:
    present = {
        Window(market_code=code, published_from=begins, published_until=ends)
        for code, begins, ends in collection.publications.values_list(
            "market_code", "published_from", "published_until"
        )
    }
    if present == set(windows):
        return False
    collection.publications.all().delete()
    CollectionPublication.objects.bulk_create(
        CollectionPublication(
            collection=collection,
            market_code=x.market_code,
            published_from=x.published_from,
            published_until=x.published_until,
        )
        for x in windows
    )
    return True


def _arrange(collection: Collection, product_ids: Sequence[UUID], now: datetime) -> bool:
    """Put these products in, in this order, and take out the others."""
    if collection.kind != CollectionKind.MANUAL:
        return False
    present = dict(collection.members.values_list("product_id", "position"))
    wanted = {product_id: position for position, product_id in enumerate(product_ids)}
    known = Product.objects.filter(pk__in=wanted.keys() - present.keys())
    if missing := wanted.keys() - present.keys() - set(known.values_list("pk", flat=True)):
        raise InvalidField(field="products", problem=f"{len(missing)} of them do not exist")

    moved = {x for x, position in wanted.items() if present.get(x) != position}
    gone = present.keys() - wanted.keys()
    if not moved and not gone:
        return False
    collection.members.filter(product__in=gone).delete()
    CollectionMember.objects.bulk_create(
        [
            CollectionMember(collection=collection, product_id=x, position=wanted[x])
            for x in sorted(moved)
        ],
        update_conflicts=True,
        unique_fields=["collection", "product"],
        update_fields=["position"],
    )
    note_changes_of(Product.objects.filter(pk__in=moved | gone), at=now)
    return True


def _products_of(collection: Collection) -> QuerySet[Product]:
    return Product.objects.filter(collection_members__collection=collection)
