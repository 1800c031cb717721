"""Attributes and product types in plain words, and the rules their words must keep. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from commerce.catalog.attributes.models import AttributeKind, AttributeScope, ReferenceTo
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.rules import is_locale, is_text

CODE: Final = r"[a-z][a-z0-9_]{0,39}"
CODE_MAX: Final = 40
NAME_MAX: Final = 120
UNIT_MAX: Final = 20
CHOICES_MAX: Final = 1_000
# More than any page of facts about a product shows.
ATTRIBUTES_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChoice:
    """One of the values of a choice; translations by locale."""

    code: str
    label: str
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttribute:
    """A fact products can state. `unit` is of numbers, `reference_to` of references."""

    code: str
    name: str
    kind: str
    unit: str = ""
    reference_to: str = ""
    is_filterable: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)
    """Its name by locale."""
    choices: Sequence[NewChoice] = ()
    """In the order they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTypeAttribute:
    """Products of a type, or their variants, state this attribute."""

    attribute: str
    scope: str = AttributeScope.PRODUCT
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProductType:
    """A kind of product, with its attributes in the order they are shown."""

    code: str
    name: str
    attributes: Sequence[NewTypeAttribute] = ()


def check_attribute(attribute: NewAttribute) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems_of_attribute(attribute):
        raise problem


def check_product_type(product_type: NewProductType) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in _problems_of_type(product_type):
        raise problem


def _problems_of_attribute(attribute: NewAttribute) -> Iterator[InvalidField]:
    yield from _problems_of_code(attribute.code, "code")
    yield from _problems_of_name(attribute.name, "name")
    yield from _problems_of_translations(attribute.translations)
    if attribute.kind not in AttributeKind.values:
        yield InvalidField(field="kind", problem=f"one of {', '.join(AttributeKind.values)}")
    if attribute.unit and attribute.kind != AttributeKind.NUMBER:
        yield InvalidField(field="unit", problem="only numbers have one")
    if not is_text(attribute.unit, UNIT_MAX):
        yield InvalidField(field="unit", problem=f"at most {UNIT_MAX} characters")
    kinds = ReferenceTo.values if attribute.kind == AttributeKind.REFERENCE else [""]
    if attribute.reference_to not in kinds:
        yield InvalidField(
            field="reference_to", problem=f"of a reference, one of {', '.join(ReferenceTo.values)}"
        )
    if attribute.choices and attribute.kind != AttributeKind.CHOICE:
        yield InvalidField(field="choices", problem="only a choice has them")
    codes = [choice.code for choice in attribute.choices]
    if len(codes) > CHOICES_MAX or len(set(codes)) < len(codes):
        yield InvalidField(field="choices", problem=f"at most {CHOICES_MAX}, each of them once")
    for choice in attribute.choices:
        yield from _problems_of_code(choice.code, "choices")
        yield from _problems_of_name(choice.label, "choices")
        yield from _problems_of_translations(choice.translations)


def _problems_of_type(product_type: NewProductType) -> Iterator[InvalidField]:
    yield from _problems_of_code(product_type.code, "code")
    yield from _problems_of_name(product_type.name, "name")
    codes = [x.attribute for x in product_type.attributes]
    if len(codes) > ATTRIBUTES_MAX or len(set(codes)) < len(codes):
        yield InvalidField(field="attributes", problem=f"at most {ATTRIBUTES_MAX}, each once")
    for asked in product_type.attributes:
        if asked.scope not in AttributeScope.values:
            yield InvalidField(field="scope", problem=f"one of {', '.join(AttributeScope.values)}")


def _problems_of_code(code: str, name: str) -> Iterator[InvalidField]:
    if not re.fullmatch(CODE, code):
        yield InvalidField(
            field=name, problem="a small letter, then at most 39 of them, digits, underscores"
        )


def _problems_of_name(text: str, name: str) -> Iterator[InvalidField]:
    if not text.strip() or not is_text(text, NAME_MAX):
        yield InvalidField(field=name, problem=f"1 to {NAME_MAX} characters, none of them null")


def _problems_of_translations(translations: Mapping[str, str]) -> Iterator[InvalidField]:
    for locale, text in translations.items():
        if not is_locale(locale):
            yield InvalidField(field="translations", problem="locales like de or de-AT")
        yield from _problems_of_name(text, "translations")
