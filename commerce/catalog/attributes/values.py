"""Whether the values a product states are those its type asks for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from commerce.catalog.attributes.models import AttributeKind, AttributeScope, ReferenceTo
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.ids import InvalidId, decode

TEXT_MAX: Final = 2_000
# Fifteen digits: what a JSON number keeps exactly, whoever reads it.
NUMBER_MAX: Final = 10**15
PREFIX_OF: Final[Mapping[str, str]] = {
    ReferenceTo.PRODUCT: "prod",
    ReferenceTo.VARIANT: "var",
    ReferenceTo.CATEGORY: "cat",
}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule:
    """What one attribute of a type asks of a value."""

    kind: str
    scope: str
    is_required: bool = False
    choices: frozenset[str] = frozenset()
    reference_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRules:
    """What a type asks, by the code of each attribute; a product without a type has none."""

    attributes: Mapping[str, AttributeRule] = field(default_factory=dict)

    def check(self, values: Mapping[str, Any], *, scope: AttributeScope) -> None:
        """Raises `InvalidField` for the first value that is none, or of no attribute."""
        for problem in self._problems(values, scope):
            raise problem

    def missing(self, values: Mapping[str, Any], *, scope: AttributeScope) -> list[str]:
        """Give the required attributes that have no value yet."""
        return [
            code
            for code, rule in self.attributes.items()
            if rule.scope == scope and rule.is_required and code not in values
        ]

    def references(self, values: Mapping[str, Any]) -> Iterator[tuple[str, UUID]]:
        """Give what checked values point at: the kind of thing, and its id."""
        for code, value in values.items():
            rule = self.attributes.get(code)
            if rule is not None and rule.kind == AttributeKind.REFERENCE:
                yield rule.reference_to, decode(PREFIX_OF[rule.reference_to], value)

    def _problems(self, values: Mapping[str, Any], scope: AttributeScope) -> Iterator[InvalidField]:
        for code, value in values.items():
            rule = self.attributes.get(code)
            if rule is None or rule.scope != scope:
                problem: str | None = f"its type has none such for a {scope}"
            else:
                problem = _problem_of(value, rule)
            if problem:
                yield InvalidField(field=f"attributes.{code}", problem=problem)


def missing_of_product(
    rules: TypeRules, product: Mapping[str, Any], variants: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Give the required attributes that a product, or one of its variants, does not state."""
    of_variants = {
        code: None
        for values in variants
        for code in rules.missing(values, scope=AttributeScope.VARIANT)
    }
    return [*rules.missing(product, scope=AttributeScope.PRODUCT), *of_variants]


def _problem_of(value: Any, rule: AttributeRule) -> str | None:
    match rule.kind:
        case AttributeKind.TEXT:
            is_good = isinstance(value, str) and 1 <= len(value) <= TEXT_MAX and "\x00" not in value
            return None if is_good else f"1 to {TEXT_MAX} characters, none of them null"
        case AttributeKind.NUMBER:
            return None if _is_number(value) else "a number of at most 15 digits"
        case AttributeKind.CHOICE:
            is_good = isinstance(value, str) and value in rule.choices
            return None if is_good else "none of its choices"
        case AttributeKind.BOOLEAN:
            return None if isinstance(value, bool) else "true or false"
        case AttributeKind.DATE:
            return None if _is_date(value) else "a date like 2027-03-01"
        case _:
            prefix = PREFIX_OF[rule.reference_to]
            return None if _is_id(value, prefix) else f"the id of a {rule.reference_to}: {prefix}_…"


def _is_number(value: Any) -> bool:
    # Neither infinity nor "not a number" is below anything.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < NUMBER_MAX


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_id(value: Any, prefix: str) -> bool:
    try:
        decode(prefix, value)
    except (InvalidId, AttributeError):
        return False
    return True
