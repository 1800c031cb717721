"""Move a category, with everything below it, to another place in the tree."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr

from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.products.create_categories import DEPTH_MAX
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Category, Product
from commerce.catalog.products.queries import (
    UnknownCategory,
    category_ids_by_slug,
    lock_category,
    lock_tree,
)
from commerce.shared.errors import Rejected, Stale


class CategoryInItself(Rejected):
    """A category cannot stand in itself, nor in one that stands in it."""

    code = "category_in_itself"


def move_category(
    *, slug: str, parent: str | None, expected_version: int | None, now: datetime
) -> Category:
    """Put a category below another one, or with None at the top, if it is still as it was read.

    What stands below comes along. Where it stands already, nothing changes. Three statements write,
    however large the part of the tree; its products' pages follow within moments.

    Raises:
        CategoryNotFound, UnknownCategory: there is none, or no such parent.
        Stale: it has changed since `expected_version`.
        CategoryInItself: the parent is the category or stands below it.
        InvalidField: the tree would grow too deep.
    """
    with transaction.atomic(durable=True):
        lock_tree()
        category = lock_category(slug)
        if expected_version is not None and category.version != expected_version:
            raise Stale(current_version=category.version)
        above = _parent(parent) if parent is not None else None
        path = f"{above.path}/{slug}" if above else slug
        if path == category.path:
            return category
        if above and f"{above.path}/".startswith(f"{category.path}/"):
            raise CategoryInItself

        below = Category.objects.filter(path__startswith=f"{category.path}/")
        _check_depth(below, old=category.path, new=path)
        cut = len(category.path) + 1
        category.parent, category.path = above, path
        category.version += 1
        category.save(update_fields=["parent", "path", "version"])
        below.update(path=Concat(Value(path), Substr("path", cut)), version=F("version") + 1)
        moved = Category.objects.filter(path=path) | Category.objects.filter(
            path__startswith=f"{path}/"
        )
        note_changes_of(Product.objects.filter(categories__in=moved), at=now)
    return category


def _parent(slug: str) -> Category:
    category_id = category_ids_by_slug([slug]).get(slug)
    if category_id is None:
        raise UnknownCategory(category=slug)
    return Category.objects.get(pk=category_id)


def _check_depth(below: QuerySet[Category], *, old: str, new: str) -> None:
    deepest = max((path.count("/") for path in below.values_list("path", flat=True)), default=None)
    levels = new.count("/") + (deepest - old.count("/") if deepest is not None else 0)
    if levels >= DEPTH_MAX:
        raise InvalidField(field="parent", problem=f"at most {DEPTH_MAX} levels")
