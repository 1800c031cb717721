"""By what products can be narrowed down, and which values of it a product has. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from commerce.catalog.attributes.models import AttributeKind
from commerce.catalog.listing.document import best
from commerce.catalog.listing.product_facts import AttributeFacts, ProductFacts
from commerce.catalog.products.drafts import AttributeValue

BRAND: Final = "brand"
AVAILABILITY: Final = "availability"
CATEGORY: Final = "category"
COLLECTION: Final = "collection"
PRICE: Final = "price"
ATTRIBUTE_PREFIX: Final = "attributes."

# Whatever else there is gets the next slot when a product first has a value of it.
FIXED_SLOTS: Final[Mapping[str, int]] = {BRAND: 1, AVAILABILITY: 2, CATEGORY: 3, COLLECTION: 4}
# A product has none of the facet's values; ids of sets begin above.
NO_VALUES: Final = 0

# Prices are shown in steps of 1, 2, 5, 10, 20, 50, from the least amount there is: whatever the
# currency, its minor units are a power of ten.
PRICE_BOUNDS: Final = tuple(step * 10**power for power in range(9) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Values of one facet that a product has, in one order; numbers and days are measured, too."""

    values: tuple[str, ...]
    measures: tuple[float, ...] | None = None

    @property
    def digest(self) -> str:
        return hashlib.blake2b("\0".join(self.values).encode(), digest_size=16).hexdigest()


def facets_of(product: ProductFacts) -> dict[str, Values]:
    """Give every facet of which the product has a value; of its variants', all that one can choose."""
    found = {
        AVAILABILITY: _values([best(x.availability for x in product.variants).value]),
        CATEGORY: _values(product.shelves()),
        COLLECTION: _values(x.slug for x in product.collections),
        BRAND: _values([product.brand]),
    }
    stated: dict[str, list[AttributeFacts]] = {}
    of_variants = (attribute for x in product.variants for attribute in x.attributes)
    for attribute in (*product.attributes, *of_variants):
        if attribute.is_filterable:
            stated.setdefault(ATTRIBUTE_PREFIX + attribute.code, []).append(attribute)
    found |= {name: _stated_values(facts) for name, facts in stated.items()}
    return {name: values for name, values in found.items() if values.values}


def day_number(day: str) -> float:
    """Measure a day, so that it can be compared like a number."""
    return float(date.fromisoformat(day).toordinal())


def _values(texts: Iterable[str]) -> Values:
    return Values(values=tuple(sorted({text for text in texts if text})))


def _stated_values(facts: Iterable[AttributeFacts]) -> Values:
    measure_by_text = {_text(fact.value): _measure(fact) for fact in facts}
    texts = tuple(sorted(measure_by_text))
    measures = [x for text in texts if (x := measure_by_text[text]) is not None]
    return Values(values=texts, measures=tuple(measures) or None)


def _text(value: AttributeValue) -> str:
    """Write a value as it stands in a query: `red`, `true`, `12.5`; and 12, whether 12 or 12.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _measure(fact: AttributeFacts) -> float | None:
    if fact.kind == AttributeKind.NUMBER:
        return float(fact.value)
    return day_number(str(fact.value)) if fact.kind == AttributeKind.DATE else None
