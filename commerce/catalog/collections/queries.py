"""Reads of collections, and the lock of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commerce.catalog.collections.models import (
    Collection,
    CollectionKind,
    CollectionMember,
    CollectionPublication,
)
from commerce.catalog.collections.rules import RuleSet, read_rules
from commerce.catalog.listing.product_facts import CollectionFacts
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound


class UnknownCollection(NotFound):
    """There is no such collection."""

    code = "unknown_collection"


@requires_transaction
def lock_collection(slug: str) -> Collection:
    """Raises `UnknownCollection`."""
    locked = Collection.objects.select_for_update(of=("self",), no_key=True)
    collection = locked.filter(slug=slug).first() if "\x00" not in slug else None
    if collection is None:
        raise UnknownCollection
    return collection


def collections_shown(*, at: datetime, market: str | None = None) -> QuerySet[Collection]:
    """Give those that shoppers see: in a market, or in any."""
    windows = CollectionPublication.objects.filter(collection=OuterRef("pk"))
    is_open = (Q(published_from=None) | Q(published_from__lte=at)) & (
        Q(published_until=None) | Q(published_until__gt=at)
    )
    here = windows.filter(market_code=market) if market is not None else windows
    return Collection.objects.filter(is_published=True).filter(
        ~Exists(windows) | Exists(here.filter(is_open))
    )


def load_rule_sets() -> Mapping[UUID, RuleSet]:
    """Read the rules of every collection that has some, in one statement."""
    rows = Collection.objects.filter(kind=CollectionKind.RULES).order_by()
    return {
        collection_id: read_rules(rules, matching=matching)
        for collection_id, rules, matching in rows.values_list("pk", "rules", "matching")
    }


def load_collections(product_ids: Many[UUID]) -> Mapping[UUID, list[CollectionFacts]]:
    """Give the published collections of products by product, in one statement."""
    rows = CollectionMember.objects.filter(
        product__in=product_ids, collection__is_published=True
    ).order_by("collection__slug")
    collections: dict[UUID, list[CollectionFacts]] = defaultdict(list)
    for product_id, slug, title, position, translations in rows.values_list(
        *("product_id", "collection__slug", "collection__title", "position"),
        "collection__translations",
    ):
        collections[product_id].append(
            CollectionFacts(slug=slug, title=title, position=position, translations=translations)
        )
    return collections
