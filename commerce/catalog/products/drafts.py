"""A product in plain words, as staff or a file describe it; `rules` says what its words must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commerce.catalog.interface.dto import Grant
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
COMPONENTS_MAX = 50
COMPONENT_QUANTITY_MAX = 1_000
GRANTS_MAX = 20
LOCALES_MAX = 50
# Ten tonnes: more is a pallet order and never goes into a parcel.
WEIGHT_G_MAX = 10_000_000
# Thirty metres: the longest rod a carrier has ever been asked for.
DIMENSION_MM_MAX = 30_000
# Ten years, for whatever is granted or made.
DAYS_MAX = 3_650

type AttributeValue = str | int | float | bool


class InvalidField(Rejected):
    """A field is not as it should be."""

    code = "invalid_field"

    def __init__(self, *, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComponent:
    """So many units of another variant are in one unit of the bundle."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariant:
    """What can be bought. `options` tells it from its siblings: `{"Color": "Red"}`."""

    sku: str
    gtin: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    weight_g: int = 0
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    tax_category: str = "general"
    requires_shipping: bool = True
    needs_approval: bool = False
    is_gift_card: bool = False
    grants: Sequence[Grant] = ()
    made_to_order_days: int | None = None
    components: Sequence[NewComponent] = ()
    """Makes it a bundle: what is in one unit of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTexts:
    """What a product says in another language; an empty text falls back."""

    title: str = ""
    description: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    """The names of options and their values: `{"Color": "Farbe", "Red": "Rot"}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """What is described, with its variants in the order they are shown and its categories' slugs."""

    slug: str
    title: str
    description: str = ""
    brand: str = ""
    product_type: str | None = None
    """The code of its type, which says what `attributes` it and its variants have."""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By what its variants differ, and how: `{"Color": ["Red", "Blue"]}`; empty: as they like."""
    translations: Mapping[str, ProductTexts] = field(default_factory=dict)
    """By locale: `de`, `de-AT`."""
    variants: Sequence[NewVariant]
    categories: Sequence[str] = ()
