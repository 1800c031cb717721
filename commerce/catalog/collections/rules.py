"""The rules by which products find their collections. Pure: plain data in, yes or no out.

As JSON, one of these each; ranges have one end or both, and include them:

    {"field": "brand", "in": ["Nordic", "Acme"]}
    {"field": "category", "in": ["cups"]}                    what stands below counts too
    {"field": "product_type", "in": ["mug"]}
    {"field": "availability", "in": ["in_stock", "low_stock"]}
    {"field": "price", "currency": "USD", "gte": 1000, "lte": 2500}     minor units
    {"field": "published_at", "gte": "2027-03-01T00:00:00Z"}
    {"field": "attributes.color", "in": ["red"]}             of the product, or of any variant
    {"field": "attributes.height_cm", "gte": 8, "lte": 12.5}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from commerce.catalog.collections.models import Matching
from commerce.catalog.collections.values import instant_of, is_value
from commerce.catalog.interface.dto import Availability
from commerce.catalog.products.drafts import AttributeValue, InvalidField
from commerce.shared.money import EXPONENTS

RULES_MAX: Final = 20
VALUES_MAX: Final = 100
_ATTRIBUTE: Final = re.compile(r"attributes\.([a-z0-9_-]{1,40})")
# What each field takes; attributes take either.
_LISTED: Final = ("brand", "category", "product_type", "availability")
_RANGED: Final = ("price", "published_at")
_KEYS: Final = frozenset({"field", "in", "gte", "lte", "currency"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A product as rules look at it."""

    brand: str = ""
    categories: Collection[str] = ()
    """Its own, and those above."""
    product_type: str | None = None
    availability: str = Availability.OUT_OF_STOCK
    prices_minor: Mapping[str, int] = field(default_factory=dict)
    """The lowest of its variants' in any market, by currency."""
    published_at: datetime | None = None
    attributes: Mapping[str, Collection[AttributeValue]] = field(default_factory=dict)
    """Everything that it or one of its variants states, by the attribute's code."""


type Rule = Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of one collection, read once and put to many products."""

    rules: Sequence[Rule]
    matching: str

    def fits(self, candidate: Candidate) -> bool:
        """Nothing fits where there are no rules."""
        together = all if self.matching == Matching.ALL else any
        return bool(self.rules) and together(rule(candidate) for rule in self.rules)


def read_rules(raw: Sequence[Mapping[str, Any]], *, matching: str) -> RuleSet:
    """Read rules as they are stored or sent.

    Raises:
        InvalidField: one of them is none.
    """
    if len(raw) > RULES_MAX:
        raise InvalidField(field="rules", problem=f"at most {RULES_MAX}")
    return RuleSet(rules=[_read(rule) for rule in raw], matching=matching)


def names_in(raw: Sequence[Mapping[str, Any]], *, field: str) -> set[str]:
    """Give the values that rules name for a field: the categories they ask for, say."""
    return {value for rule in raw if rule["field"] == field for value in rule["in"]}


def attributes_in(raw: Sequence[Mapping[str, Any]]) -> set[str]:
    """Give the codes of the attributes that rules ask for."""
    return {found[1] for rule in raw if (found := _ATTRIBUTE.fullmatch(rule["field"]))}


def _read(raw: Mapping[str, Any]) -> Rule:
    if not isinstance(raw, Mapping):
        raise _invalid("each an object with a field")
    name = raw.get("field")
    attribute = _ATTRIBUTE.fullmatch(name) if isinstance(name, str) else None
    if name not in (*_LISTED, *_RANGED) and attribute is None:
        raise _invalid(f"a field is of {', '.join((*_LISTED, *_RANGED))} or attributes.…")
    if unknown := raw.keys() - _KEYS:
        raise _invalid(f"there is no {min(unknown)} in a rule")
    if ("currency" in raw) != (name == "price"):
        raise _invalid("a price, and nothing else, has a currency")
    if name in _LISTED or (attribute and "in" in raw):
        return _listed(raw, attribute[1] if attribute else str(name))
    return _ranged(raw, attribute[1] if attribute else str(name))


def _listed(raw: Mapping[str, Any], name: str) -> Rule:
    values = raw.get("in")
    if raw.keys() != {"field", "in"} or not isinstance(values, list):
        raise _invalid(f"{name} is in a list of values")
    if not 1 <= len(values) <= VALUES_MAX or not all(is_value(value) for value in values):
        raise _invalid(f"{name} is in 1 to {VALUES_MAX} values")
    if name == "availability" and not set(values) <= {x.value for x in Availability}:
        raise _invalid(f"availability is of {', '.join(Availability)}")
    # JSON's true is no 1, and Python's is.
    wanted = frozenset((type(value) is bool, value) for value in values)

    def keeps(candidate: Candidate) -> bool:
        return any((type(x) is bool, x) in wanted for x in _stated(candidate, raw["field"], name))

    return keeps


def _ranged(raw: Mapping[str, Any], name: str) -> Rule:
    if not {"gte", "lte"} & raw.keys() or "in" in raw:
        raise _invalid(f"{name} has gte, lte or both")
    low, high = (_bound(raw, end, name) for end in ("gte", "lte"))
    kinds = {type(x) is str for x in (low, high) if x is not None}
    if len(kinds) > 1:
        raise _invalid(f"{name} is between two numbers or two dates")

    def is_between(value: Any) -> bool:
        if type(value) is bool or isinstance(value, str) not in kinds:
            return False
        return (low is None or low <= value) and (high is None or value <= high)

    if name == "price" and raw["field"] == "price":
        return lambda x: is_between(x.prices_minor.get(raw["currency"], False))
    if raw["field"] == "published_at":
        return lambda x: (
            x.published_at is not None
            and (low is None or low <= x.published_at)
            and (high is None or x.published_at <= high)
        )
    return lambda x: any(is_between(value) for value in x.attributes.get(name, ()))


def _bound(raw: Mapping[str, Any], end: str, name: str) -> Any:
    if end not in raw:
        return None
    value = raw[end]
    match raw["field"]:
        case "price":
            if not (isinstance(raw["currency"], str) and raw["currency"] in EXPONENTS):
                raise _invalid("a currency is an ISO 4217 code")
            is_good = type(value) is int and 0 <= value < 2**63
        case "published_at":
            value = instant_of(value)
            is_good = value is not None
        case _:
            is_good = is_value(value) and type(value) is not bool
    if not is_good:
        raise _invalid(f"{end} of {name} is none that it could have")
    return value


def _stated(candidate: Candidate, field: str, name: str) -> Collection[AttributeValue | None]:
    match field:
        case "brand":
            return (candidate.brand,)
        case "category":
            return candidate.categories
        case "product_type":
            return (candidate.product_type,)
        case "availability":
            return (str(candidate.availability),)
    return candidate.attributes.get(name, ())


def _invalid(problem: str) -> InvalidField:
    return InvalidField(field="rules", problem=problem)
