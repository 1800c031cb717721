"""All that a product's documents are made of, as it was at one moment: plain data, no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.catalog.interface.dto import Availability, Grant
from commerce.catalog.listing.market_facts import ListingMarket
from commerce.catalog.media.document import MediaFacts
from commerce.catalog.pricing.market_prices import MarketPrice
from commerce.catalog.products.drafts import AttributeValue

# {locale: {field: text}}; read with `products.locales.translated`.
type Translations = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFacts:
    """One value that a product or a variant states, with the words to show it in."""

    code: str
    kind: str
    name: str
    value: AttributeValue
    unit: str = ""
    label: str | None = None
    """Of a choice: what its value is called."""
    is_filterable: bool = False
    translations: Translations = field(default_factory=dict)
    """Of the attribute: its `name`."""
    label_translations: Translations = field(default_factory=dict)
    """Of the choice: its `label`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFacts:
    """What is in one unit of a bundle."""

    sku: str
    title: str
    options: Mapping[str, str]
    quantity: int
    translations: Translations = field(default_factory=dict)
    """Of the component's own product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """A variant that is for sale, and what it costs now.

    Of a bundle, weight, shipping, approval and availability are those of its contents.
    """

    id: UUID
    sku: str
    gtin: str | None
    options: Mapping[str, str]
    weight_g: int
    requires_shipping: bool
    availability: Availability
    prices: Mapping[str, MarketPrice]
    """By the code of the market; for one who is in no group of customers."""
    attributes: Sequence[AttributeFacts] = ()
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    needs_approval: bool = False
    is_gift_card: bool = False
    grants: Sequence[Grant] = ()
    made_to_order_days: int | None = None
    components: Sequence[ComponentFacts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """A category a product stands in; the path's slugs are the categories above it, and itself."""

    slug: str
    name: str
    path: str
    translations: Translations = field(default_factory=dict)
    """Its `name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """A collection a product stands in, and where in the order that staff gave it."""

    slug: str
    title: str
    position: int = 0
    translations: Translations = field(default_factory=dict)
    """Its `title` and `description`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFacts:
    """When a product is for sale in a market; None is without an end on that side."""

    market_code: str
    published_from: datetime | None = None
    published_until: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        has_begun = self.published_from is None or self.published_from <= at
        return has_begun and (self.published_until is None or at < self.published_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """A product with the variants that are for sale."""

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
    product_type: str | None = None
    """Its code."""
    attributes: Sequence[AttributeFacts] = ()
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By what its variants differ, where it says so; else see `shown_options`."""
    translations: Translations = field(default_factory=dict)
    """Its `title`, `description` and the words of its `options`."""
    publications: Sequence[PublicationFacts] = ()
    """None: for sale in every market."""
    collections: Sequence[CollectionFacts] = ()
    """Published ones; when they are shown where is asked when a page is read."""
    media: Sequence[MediaFacts] = ()
    """In the order they are shown in; the first stands for the product in lists."""
    markets: Sequence[ListingMarket] = ()
    """In which it can be found; see `listed_in`."""

    def lowest_price(self, market: str) -> MarketPrice | None:
        """Of its variants; what it was compared with comes along."""
        prices = [x.prices[market] for x in self.variants if market in x.prices]
        return min(prices, key=lambda price: price.amount_minor, default=None)

    def listed_in(
        self, markets: Sequence[ListingMarket], *, at: datetime
    ) -> Sequence[ListingMarket]:
        """In which it can be found: something of it has a price there, and its window is open."""
        priced = {code for x in self.variants for code in x.prices}
        return [
            market
            for market in markets
            if market.code in priced and self.is_for_sale_in(market.code, at=at)
        ]

    def shelves(self) -> list[str]:
        """Every category it is found in: its own, and those above."""
        return sorted({slug for x in self.categories for slug in x.path.split("/")})

    def is_for_sale_in(self, market_code: str, *, at: datetime) -> bool:
        """Whether its window in this market is open."""
        return not self.publications or any(
            x.market_code == market_code and x.is_open(at=at) for x in self.publications
        )

    def shown_options(self) -> Mapping[str, Sequence[str]]:
        """What a shopper chooses from: as the product says, else as its variants happen to be."""
        if self.options:
            return self.options
        found: dict[str, dict[str, None]] = {}
        for variant in self.variants:
            for name, value in variant.options.items():
                found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items()}
