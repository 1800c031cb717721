"""Create a collection."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.collections.drafts import NewCollection, check_new
from commerce.catalog.collections.models import Collection
from commerce.catalog.collections.write_words import write_words
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict


class CollectionTaken(Conflict):
    """Another collection has this slug."""

    code = "collection_taken"


def create_collection(*, collection: NewCollection, now: datetime) -> Collection:
    """Create a collection; nobody sees it before it is published.

    Where rules find its products, they are put to every product within moments.

    Raises:
        InvalidField, UnknownCategory, UnknownAttribute: the description contradicts a rule.
        CollectionTaken: another one has the slug.
    """
    check_new(collection)

    with (
        refusals({"catalog_collection_slug_once": CollectionTaken}),
        transaction.atomic(durable=True),
    ):
        row = Collection.objects.create(
            slug=collection.slug, kind=collection.kind, title="", created_at=now
        )
        write_words(row, collection.words, now=now)
        row.save()
    return row
