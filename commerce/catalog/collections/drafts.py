"""A collection in plain words, as staff describe it, and the rules its words must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from commerce.catalog.collections.models import (
    DESCRIPTION_MAX,
    SLUG_MAX,
    TITLE_MAX,
    CollectionKind,
    Matching,
)
from commerce.catalog.collections.rules import read_rules
from commerce.catalog.products.drafts import SLUG, InvalidField
from commerce.catalog.products.translated_texts import Translations, problems_of_translations

# More is no order that anybody has made by hand.
PRODUCTS_MAX: Final = 1_000
PUBLICATIONS_MAX: Final = 100
_MARKET_CODE: Final = r"[a-z0-9]+([-_][a-z0-9]+)*"
_MARKET_CODE_MAX: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a collection is shown in a market; None is without an end on that side."""

    market_code: str
    published_from: datetime | None = None
    published_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionChanges:
    """What is to be different; None leaves a thing as it is, and each list is the complete new one."""

    title: str | None = None
    description: str | None = None
    translations: Translations | None = None
    is_published: bool | None = None
    publications: Sequence[Window] | None = None
    """None of them: in every market."""
    product_ids: Sequence[UUID] | None = None
    """In the order they are shown in; only where they are put in by hand."""
    rules: Sequence[Mapping[str, Any]] | None = None
    """See `rules.py`; only where rules find the products."""
    matching: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCollection:
    slug: str
    kind: str
    words: CollectionChanges = field(default_factory=CollectionChanges)
    """All that can be changed later as well; a title must be among it."""


def check_new(collection: NewCollection) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    if len(collection.slug) > SLUG_MAX or not re.fullmatch(SLUG, collection.slug):
        raise InvalidField(field="slug", problem="small letters, digits and single hyphens")
    if collection.kind not in CollectionKind.values:
        raise InvalidField(field="kind", problem=f"of {', '.join(CollectionKind.values)}")
    if collection.words.title is None:
        raise InvalidField(field="title", problem="must not be empty")
    check_changes(collection.words, kind=collection.kind)


def check_changes(changes: CollectionChanges, *, kind: str) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems(changes, kind):
        raise problem


def _problems(changes: CollectionChanges, kind: str) -> Iterator[InvalidField]:
    if changes.title is not None and not changes.title.strip():
        yield InvalidField(field="title", problem="must not be empty")
    texts = (
        ("title", changes.title, TITLE_MAX),
        ("description", changes.description, DESCRIPTION_MAX),
    )
    for name, text, limit in texts:
        if text is not None and (len(text) > limit or "\x00" in text):
            yield InvalidField(field=name, problem=f"at most {limit} characters, none of them null")
    yield from problems_of_translations(
        changes.translations or {}, limits={"title": TITLE_MAX, "description": DESCRIPTION_MAX}
    )
    yield from _problems_of_windows(changes.publications or ())
    if kind == CollectionKind.MANUAL:
        yield from _problems_of_products(changes.product_ids or ())
        if changes.rules:
            yield InvalidField(field="rules", problem="its products are put in by hand")
    else:
        if changes.product_ids:
            yield InvalidField(field="products", problem="its products are found by rules")
        read_rules(changes.rules or (), matching=changes.matching or Matching.ALL)
    if changes.matching is not None and changes.matching not in Matching.values:
        yield InvalidField(field="matching", problem=f"of {', '.join(Matching.values)}")


def _problems_of_products(product_ids: Sequence[UUID]) -> Iterator[InvalidField]:
    if len(product_ids) > PRODUCTS_MAX:
        yield InvalidField(field="products", problem=f"at most {PRODUCTS_MAX}")
    if len(set(product_ids)) < len(product_ids):
        yield InvalidField(field="products", problem="each of them once")


def _problems_of_windows(windows: Sequence[Window]) -> Iterator[InvalidField]:
    if len(windows) > PUBLICATIONS_MAX:
        yield InvalidField(field="publications", problem=f"at most {PUBLICATIONS_MAX}")
    codes = [window.market_code for window in windows]
    if len(set(codes)) < len(codes):
        yield InvalidField(field="publications", problem="each market once")
    for window in windows:
        code = window.market_code
        if len(code) > _MARKET_CODE_MAX or not re.fullmatch(_MARKET_CODE, code):
            yield InvalidField(field="publications", problem="codes of markets")
        begins, ends = window.published_from, window.published_until
        if begins is not None and ends is not None and begins >= ends:
            yield InvalidField(field="publications", problem="the end comes after the beginning")
