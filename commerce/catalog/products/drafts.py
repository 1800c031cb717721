"""A product in plain words, as staff or a file describe it, and the rules its words must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from commerce.catalog.products.gtin import is_gtin
from commerce.shared.errors import Rejected

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
SKU = r"[!-~]{1,64}"
TAX_CATEGORY = r"[a-z0-9_]{1,40}"

SLUG_MAX = 150
TITLE_MAX = 250
BRAND_MAX = 120
DESCRIPTION_MAX = 20_000
CATEGORY_SLUG_MAX = 100
OPTION_MAX = 60
OPTIONS_MAX = 10
VARIANTS_MAX = 250
CATEGORIES_MAX = 50
# Ten tonnes: more is a pallet order and never goes into a parcel.
WEIGHT_G_MAX = 10_000_000


class InvalidField(Rejected):
    """A field is not as it should be."""

    code = "invalid_field"

    def __init__(self, *, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariant:
    """What can be bought. `options` tells it from its siblings: `{"Color": "Red"}`."""

    sku: str
    gtin: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    weight_g: int = 0
    tax_category: str = "general"
    requires_shipping: bool = True
    needs_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """What is described, with its variants in the order they are shown and its categories' slugs."""

    slug: str
    title: str
    description: str = ""
    brand: str = ""
    variants: Sequence[NewVariant]
    categories: Sequence[str] = ()


def check_product(product: NewProduct) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems_of_product(product):
        raise problem


def check_variant(variant: NewVariant) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems_of_variant(variant):
        raise problem


def _problems_of_product(product: NewProduct) -> Iterator[InvalidField]:
    if len(product.slug) > SLUG_MAX or not re.fullmatch(SLUG, product.slug):
        yield InvalidField(field="slug", problem="small letters, digits and single hyphens")
    yield from problems_of_texts(
        title=product.title, brand=product.brand, description=product.description
    )
    if not 1 <= len(product.variants) <= VARIANTS_MAX:
        yield InvalidField(field="variants", problem=f"from one to {VARIANTS_MAX}")
    skus = [variant.sku for variant in product.variants]
    if len(set(skus)) < len(skus):
        yield InvalidField(field="variants", problem="the same SKU twice")
    yield from problems_of_categories(product.categories)
    for variant in product.variants:
        yield from _problems_of_variant(variant)


def problems_of_categories(slugs: Sequence[str]) -> Iterator[InvalidField]:
    if len(slugs) > CATEGORIES_MAX:
        yield InvalidField(field="categories", problem=f"at most {CATEGORIES_MAX}")
    for slug in slugs:
        if len(slug) > CATEGORY_SLUG_MAX or not re.fullmatch(SLUG, slug):
            yield InvalidField(field="categories", problem="slugs of categories")


def problems_of_texts(*, title: str, brand: str, description: str) -> Iterator[InvalidField]:
    if not title.strip():
        yield InvalidField(field="title", problem="must not be empty")
    limits = (
        ("title", title, TITLE_MAX),
        ("brand", brand, BRAND_MAX),
        ("description", description, DESCRIPTION_MAX),
    )
    for name, text, limit in limits:
        if not _is_text(text, limit):
            yield InvalidField(field=name, problem=f"at most {limit} characters, none of them null")


def _problems_of_variant(variant: NewVariant) -> Iterator[InvalidField]:
    if not re.fullmatch(SKU, variant.sku):
        yield InvalidField(field="sku", problem="1 to 64 printable characters without a space")
    if variant.gtin is not None and not is_gtin(variant.gtin):
        yield InvalidField(field="gtin", problem="no GTIN of 8, 12, 13 or 14 digits")
    if not 0 <= variant.weight_g <= WEIGHT_G_MAX:
        yield InvalidField(field="weight_g", problem=f"from 0 to {WEIGHT_G_MAX} grams")
    if not re.fullmatch(TAX_CATEGORY, variant.tax_category):
        yield InvalidField(field="tax_category", problem="small letters, digits, underscores")
    if len(variant.options) > OPTIONS_MAX:
        yield InvalidField(field="options", problem=f"at most {OPTIONS_MAX}")
    for name, value in variant.options.items():
        if not (name and value and _is_text(name, OPTION_MAX) and _is_text(value, OPTION_MAX)):
            yield InvalidField(field="options", problem=f"1 to {OPTION_MAX} characters each")


def _is_text(text: str, limit: int) -> bool:
    # PostgreSQL stores every character but this one.
    return len(text) <= limit and "\x00" not in text
