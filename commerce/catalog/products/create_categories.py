"""Grow the tree of categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from commerce.catalog.products.drafts import CATEGORY_SLUG_MAX, SLUG, InvalidField
from commerce.catalog.products.models import Category
from commerce.catalog.products.queries import UnknownCategory, lock_tree
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict

NAME_MAX: Final = 120
# Eight levels of the longest slugs still fit the path.
DEPTH_MAX: Final = 8


class CategoryTaken(Conflict):
    """A category with this slug stands elsewhere in the tree."""

    code = "category_taken"

    def __init__(self, *, category: str) -> None:
        super().__init__(f"the category {category} stands elsewhere in the tree")
        self.category = category


class CategoryRaced(Conflict):
    """Somebody else has just created one of these categories; ask again."""

    code = "category_raced"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCategory:
    slug: str
    name: str
    parent: str | None = None
    """The parent's slug; None for the top of the tree."""


def create_categories(*, batch: Sequence[NewCategory]) -> int:
    """Create what is missing of a list, parents before children, and say how many were new.

    All or none. A category that exists in the same place is left as it is.

    Raises:
        InvalidField: a slug or a name is not as it should be, or the tree would grow too deep.
        UnknownCategory: a parent neither exists nor stands earlier in the list.
        CategoryTaken: it exists in another place.
        CategoryRaced: it was created meanwhile.
    """
    for wanted in batch:
        _check(wanted)

    with (
        refusals({"catalog_category_slug_once": CategoryRaced}),
        transaction.atomic(durable=True),
    ):
        lock_tree()
        slugs = {slug for x in batch for slug in (x.slug, x.parent) if slug}
        known = {x.slug: x for x in Category.objects.filter(slug__in=slugs)}
        missing = []
        for wanted in batch:
            category = _place(wanted, known)
            if wanted.slug not in known:
                missing.append(category)
                known[wanted.slug] = category
        Category.objects.bulk_create(missing)
    return len(missing)


def _place(wanted: NewCategory, known: dict[str, Category]) -> Category:
    if wanted.parent is not None and wanted.parent not in known:
        raise UnknownCategory(category=wanted.parent)
    parent = known[wanted.parent] if wanted.parent is not None else None
    path = f"{parent.path}/{wanted.slug}" if parent else wanted.slug
    if path.count("/") >= DEPTH_MAX:
        raise InvalidField(field="parent", problem=f"at most {DEPTH_MAX} levels")
    existing = known.get(wanted.slug)
    if existing is not None and existing.path != path:
        raise CategoryTaken(category=wanted.slug)
    return existing or Category(parent=parent, slug=wanted.slug, name=wanted.name, path=path)


def _check(category: NewCategory) -> None:
    for name, slug in (("slug", category.slug), ("parent", category.parent)):
        if slug is not None and (len(slug) > CATEGORY_SLUG_MAX or not re.fullmatch(SLUG, slug)):
            raise InvalidField(field=name, problem="small letters, digits and single hyphens")
    if not 1 <= len(category.name) <= NAME_MAX or "\x00" in category.name:
        raise InvalidField(field="name", problem=f"1 to {NAME_MAX} characters, none of them null")
