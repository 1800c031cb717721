"""Change what a category is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalog.listing.changes import note_changes_of
from commerce.catalog.products.create_categories import NAME_MAX
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.models import Category, Product
from commerce.catalog.products.queries import lock_category
from commerce.catalog.products.translated_texts import Translations, problems_of_translations
from commerce.shared.errors import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChanges:
    """What is to be different; None leaves a thing as it is. Its slug is its address and stays."""

    name: str | None = None
    translations: Translations | None = None
    """The complete new ones: `{"de": {"name": "Tassen"}}`."""


def change_category(
    *, slug: str, changes: CategoryChanges, expected_version: int | None, now: datetime
) -> Category:
    """Change a category, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        CategoryNotFound: there is none.
        Stale: it has changed since `expected_version`.
        InvalidField: the change contradicts a rule.
    """
    name = changes.name
    if name is not None and not (name.strip() and len(name) <= NAME_MAX and "\x00" not in name):
        raise InvalidField(field="name", problem=f"1 to {NAME_MAX} characters, none of them null")
    for problem in problems_of_translations(changes.translations or {}, limits={"name": NAME_MAX}):
        raise problem

    with transaction.atomic(durable=True):
        category = lock_category(slug)
        if expected_version is not None and category.version != expected_version:
            raise Stale(current_version=category.version)
        wanted = {
            name: value
            for name in ("name", "translations")
            if (value := getattr(changes, name)) is not None and value != getattr(category, name)
        }
        if wanted:
            for name, value in wanted.items():
                setattr(category, name, value)
            category.version += 1
            category.save(update_fields=[*wanted, "version"])
            note_changes_of(Product.objects.filter(categories=category), at=now)
    return category
