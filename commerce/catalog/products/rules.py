"""What the words of a product must keep, before anything is looked up. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from commerce.catalog.plans.terms import FEATURE
from commerce.catalog.products import drafts
from commerce.catalog.products.drafts import InvalidField, NewProduct, NewVariant, ProductTexts
from commerce.catalog.products.gtin import is_gtin
from commerce.catalog.products.locales import LOCALE

_DIMENSIONS = ("length_mm", "width_mm", "height_mm")


def check_product(product: NewProduct) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in problems_of_product(product):
        raise problem


def check_variants_fit(
    variants: Sequence[Mapping[str, str]], *, options: Mapping[str, Sequence[str]]
) -> None:
    """Where a product says by what its variants differ, each has one value of each, and its own.

    Raises:
        InvalidField: a variant's options are others, or those of a sibling.
    """
    if not options:
        return
    seen = set()
    for chosen in variants:
        if chosen.keys() != options.keys():
            raise InvalidField(field="options", problem=f"one of each: {', '.join(options)}")
        for name, value in chosen.items():
            if value not in options[name]:
                raise InvalidField(field="options", problem=f"{name} has no value {value}")
        combination = tuple(chosen[name] for name in options)
        if combination in seen:
            raise InvalidField(field="options", problem=f"twice {', '.join(combination)}")
        seen.add(combination)


def problems_of_categories(slugs: Sequence[str]) -> Iterator[InvalidField]:
    if len(slugs) > drafts.CATEGORIES_MAX:
        yield InvalidField(field="categories", problem=f"at most {drafts.CATEGORIES_MAX}")
    for slug in slugs:
        if len(slug) > drafts.CATEGORY_SLUG_MAX or not re.fullmatch(drafts.SLUG, slug):
            yield InvalidField(field="categories", problem="slugs of categories")


def problems_of_texts(*, title: str, brand: str, description: str) -> Iterator[InvalidField]:
    if not title.strip():
        yield InvalidField(field="title", problem="must not be empty")
    limits = (
        ("title", title, drafts.TITLE_MAX),
        ("brand", brand, drafts.BRAND_MAX),
        ("description", description, drafts.DESCRIPTION_MAX),
    )
    for name, text, limit in limits:
        if not is_text(text, limit):
            yield InvalidField(field=name, problem=f"at most {limit} characters, none of them null")


def problems_of_options(options: Mapping[str, Sequence[str]]) -> Iterator[InvalidField]:
    if len(options) > drafts.OPTIONS_MAX:
        yield InvalidField(field="options", problem=f"at most {drafts.OPTIONS_MAX}")
    for name, values in options.items():
        if not 1 <= len(values) <= drafts.VARIANTS_MAX or len(set(values)) < len(values):
            yield InvalidField(field="options", problem=f"{name} needs values, each of them once")
        yield from _problems_of_option_words([name, *values])


def problems_of_translations(translations: Mapping[str, ProductTexts]) -> Iterator[InvalidField]:
    if len(translations) > drafts.LOCALES_MAX:
        yield InvalidField(field="translations", problem=f"at most {drafts.LOCALES_MAX}")
    for locale, texts in translations.items():
        if not is_locale(locale):
            yield InvalidField(field="translations", problem="locales like de or de-AT")
        yield from problems_of_texts(
            title=texts.title or "-", brand="", description=texts.description
        )
        yield from _problems_of_option_words(chain(*texts.options.items()))
        if len(texts.options) > drafts.OPTIONS_MAX * drafts.VARIANTS_MAX:
            yield InvalidField(field="translations", problem="more words than options can have")


def is_locale(text: str) -> bool:
    return bool(re.fullmatch(LOCALE, text))


def is_text(text: str, limit: int) -> bool:
    # PostgreSQL stores every character but this one.
    return len(text) <= limit and "\x00" not in text


def problems_of_product(product: NewProduct) -> Iterator[InvalidField]:
    if len(product.slug) > drafts.SLUG_MAX or not re.fullmatch(drafts.SLUG, product.slug):
        yield InvalidField(field="slug", problem="small letters, digits and single hyphens")
    yield from problems_of_texts(
        title=product.title, brand=product.brand, description=product.description
    )
    yield from problems_of_options(product.options)
    yield from problems_of_translations(product.translations)
    if not 1 <= len(product.variants) <= drafts.VARIANTS_MAX:
        yield InvalidField(field="variants", problem=f"from one to {drafts.VARIANTS_MAX}")
    skus = [variant.sku for variant in product.variants]
    if len(set(skus)) < len(skus):
        yield InvalidField(field="variants", problem="the same SKU twice")
    yield from problems_of_categories(product.categories)
    for variant in product.variants:
        yield from problems_of_variant(variant)
    try:
        check_variants_fit([x.options for x in product.variants], options=product.options)
    except InvalidField as problem:
        yield problem


def problems_of_variant(variant: NewVariant) -> Iterator[InvalidField]:
    if not re.fullmatch(drafts.SKU, variant.sku):
        yield InvalidField(field="sku", problem="1 to 64 printable characters without a space")
    if variant.gtin is not None and not is_gtin(variant.gtin):
        yield InvalidField(field="gtin", problem="no GTIN of 8, 12, 13 or 14 digits")
    if not 0 <= variant.weight_g <= drafts.WEIGHT_G_MAX:
        yield InvalidField(field="weight_g", problem=f"from 0 to {drafts.WEIGHT_G_MAX} grams")
    if not re.fullmatch(drafts.TAX_CATEGORY, variant.tax_category):
        yield InvalidField(field="tax_category", problem="small letters, digits, underscores")
    if len(variant.options) > drafts.OPTIONS_MAX:
        yield InvalidField(field="options", problem=f"at most {drafts.OPTIONS_MAX}")
    yield from _problems_of_option_words(chain(*variant.options.items()))
    yield from _problems_of_dimensions(variant)
    yield from _problems_of_delivery(variant)
    yield from _problems_of_components(variant)


def _problems_of_dimensions(variant: NewVariant) -> Iterator[InvalidField]:
    given = {name: getattr(variant, name) for name in _DIMENSIONS}
    for name, value in given.items():
        if value is None and any(given.values()):
            yield InvalidField(field=name, problem="length, width and height, or none of them")
        if value is not None and not 1 <= value <= drafts.DIMENSION_MM_MAX:
            yield InvalidField(field=name, problem=f"from 1 to {drafts.DIMENSION_MM_MAX} mm")


def _problems_of_delivery(variant: NewVariant) -> Iterator[InvalidField]:
    days = variant.made_to_order_days
    if days is not None and not 1 <= days <= drafts.DAYS_MAX:
        yield InvalidField(field="made_to_order_days", problem=f"from 1 to {drafts.DAYS_MAX}")
    if len(variant.grants) > drafts.GRANTS_MAX:
        yield InvalidField(field="grants", problem=f"at most {drafts.GRANTS_MAX}")
    for grant in variant.grants:
        if not re.fullmatch(FEATURE, grant.feature):
            yield InvalidField(field="grants", problem="small letters, digits, dots, hyphens")
        if grant.days is not None and not 1 <= grant.days <= drafts.DAYS_MAX:
            yield InvalidField(field="grants", problem=f"from 1 to {drafts.DAYS_MAX} days")
    is_more = variant.requires_shipping or variant.grants or variant.components or days is not None
    if variant.is_gift_card and is_more:
        yield InvalidField(
            field="is_gift_card", problem="a gift card is a code by mail, and nothing else"
        )


def _problems_of_components(variant: NewVariant) -> Iterator[InvalidField]:
    if len(variant.components) > drafts.COMPONENTS_MAX:
        yield InvalidField(field="components", problem=f"at most {drafts.COMPONENTS_MAX}")
    skus = [component.sku for component in variant.components]
    if len(set(skus)) < len(skus) or variant.sku in skus:
        yield InvalidField(field="components", problem="other variants, each of them once")
    for component in variant.components:
        if not 1 <= component.quantity <= drafts.COMPONENT_QUANTITY_MAX:
            yield InvalidField(
                field="components", problem=f"from 1 to {drafts.COMPONENT_QUANTITY_MAX} units"
            )
        if not re.fullmatch(drafts.SKU, component.sku):
            yield InvalidField(field="components", problem="SKUs of variants")
    if variant.components and variant.made_to_order_days is not None:
        yield InvalidField(
            field="components", problem="what is in a bundle is in stock, or it is none"
        )


def _problems_of_option_words(words: Iterator[str] | Sequence[str]) -> Iterator[InvalidField]:
    for word in words:
        if not (word and is_text(word, drafts.OPTION_MAX)):
            yield InvalidField(field="options", problem=f"1 to {drafts.OPTION_MAX} characters each")
