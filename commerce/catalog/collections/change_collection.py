"""Change what a collection says, where it is shown, and what stands in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.catalog.collections.drafts import CollectionChanges, check_changes
from commerce.catalog.collections.models import Collection
from commerce.catalog.collections.queries import lock_collection
from commerce.catalog.collections.write_words import write_words
from commerce.shared.errors import Stale


def change_collection(
    *, slug: str, changes: CollectionChanges, expected_version: int | None, now: datetime
) -> Collection:
    """Change a collection, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version. Other rules are put to
    every product within moments; until then it holds what the old ones found.

    Raises:
        UnknownCollection: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField, UnknownCategory, UnknownAttribute: the change contradicts a rule.
    """
    with transaction.atomic(durable=True):
        collection = lock_collection(slug)
        if expected_version is not None and collection.version != expected_version:
            raise Stale(current_version=collection.version)
        check_changes(changes, kind=collection.kind)

        if write_words(collection, changes, now=now):
            collection.version += 1
            collection.save()
    return collection
