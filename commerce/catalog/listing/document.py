"""The document of a product: what a shopper sees of it in one currency. Pure; JSON in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from commerce.catalog.interface.dto import Availability
from commerce.shared.ids import encode

# In lists; the product's own page has everything.
SUMMARY_FIELDS: Final = (
    *("id", "slug", "title", "brand", "price", "availability", "skus", "categories"),
    "published_at",
)
FIELDS: Final = (*SUMMARY_FIELDS, "description", "status", "variants")

# The best a shopper can hope for comes first.
_BEST_FIRST: Final = (
    Availability.IN_STOCK,
    Availability.LOW_STOCK,
    Availability.PREORDER,
    Availability.BACKORDER,
    Availability.OUT_OF_STOCK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """A variant that is for sale, and what it costs now by currency."""

    id: UUID
    sku: str
    gtin: str | None
    options: Mapping[str, str]
    weight_g: int
    requires_shipping: bool
    availability: Availability
    amounts_minor: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """A category a product stands in; the path's slugs are the categories above it, and itself."""

    slug: str
    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """All that a document is made of, as it was at one moment."""

    id: UUID
    slug: str
    title: str
    description: str
    brand: str
    status: str
    version: int
    published_at: datetime | None
    categories: Sequence[CategoryFacts]
    variants: Sequence[VariantFacts]

    def lowest_minor(self, currency: str) -> int | None:
        amounts = [x.amounts_minor[currency] for x in self.variants if currency in x.amounts_minor]
        return min(amounts, default=None)

    def currencies(self) -> list[str]:
        """In which it can be bought."""
        return sorted({currency for x in self.variants for currency in x.amounts_minor})

    def shelves(self) -> list[str]:
        """Every category it is found in: its own, and those above."""
        return sorted({slug for x in self.categories for slug in x.path.split("/")})


def document_of(product: ProductFacts, *, currency: str) -> dict[str, Any]:
    """Write the document; `price` is the lowest of its variants, null where it has none."""
    return {
        "id": encode("prod", product.id),
        "slug": product.slug,
        "title": product.title,
        "brand": product.brand,
        "price": _money(product.lowest_minor(currency), currency),
        "availability": best(x.availability for x in product.variants).value,
        "skus": [x.sku for x in product.variants],
        "categories": [{"slug": x.slug, "name": x.name} for x in product.categories],
        "published_at": product.published_at.isoformat() if product.published_at else None,
        "description": product.description,
        "status": product.status,
        "variants": [
            {
                "id": encode("var", x.id),
                "sku": x.sku,
                "gtin": x.gtin,
                "options": dict(x.options),
                "price": _money(x.amounts_minor.get(currency), currency),
                "availability": x.availability.value,
                "requires_shipping": x.requires_shipping,
                "weight_g": x.weight_g,
            }
            for x in product.variants
        ],
    }


def summary_of(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in SUMMARY_FIELDS}


def best(availabilities: Iterable[Availability]) -> Availability:
    """What a product as a whole is: as available as the best of its variants."""
    return min(availabilities, key=_BEST_FIRST.index, default=Availability.OUT_OF_STOCK)


def assumed_availability(*, requires_shipping: bool) -> Availability:
    """What holds before fulfilment has said a word: nothing is on the shelf, access never runs out."""
    return Availability.OUT_OF_STOCK if requires_shipping else Availability.IN_STOCK


def _money(amount_minor: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount_minor is None else {"amount": amount_minor, "currency": currency}
