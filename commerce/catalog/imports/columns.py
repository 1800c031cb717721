"""The columns of our own product files: what each holds, for reading and for writing alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commerce.catalog.imports.cells import (
    CODE,
    COMPONENTS,
    GRANTS,
    INTEGER,
    OPTIONAL_INTEGER,
    TEXT,
    WORDS,
    YES_NO,
    Kind,
)

# Names are those of `NewProduct` and `NewVariant`, so that a field has one name everywhere.
PRODUCT_COLUMNS: Final[Mapping[str, Kind]] = {
    "title": TEXT,
    "description": TEXT,
    "brand": TEXT,
    "product_type": CODE,
    "categories": WORDS,
}
VARIANT_COLUMNS: Final[Mapping[str, Kind]] = {
    "gtin": CODE,
    "weight_g": INTEGER,
    "length_mm": OPTIONAL_INTEGER,
    "width_mm": OPTIONAL_INTEGER,
    "height_mm": OPTIONAL_INTEGER,
    "tax_category": TEXT,
    "requires_shipping": YES_NO,
    "needs_approval": YES_NO,
    "is_gift_card": YES_NO,
    "made_to_order_days": OPTIONAL_INTEGER,
    "grants": GRANTS,
    "components": COMPONENTS,
}

# With a name after the colon: `option:Color`, `attribute:material` of the product,
# `variant_attribute:size_cm`, `title:de`, `description:de`, `price:USD`, `price:USD:wholesale`.
OPTION: Final = "option"
ATTRIBUTE: Final = "attribute"
VARIANT_ATTRIBUTE: Final = "variant_attribute"
TRANSLATED: Final = ("title", "description")
PRICE: Final = "price"
COMPARE_AT: Final = "compare_at"

# What an empty cell of a column means where empty is no value of its own.
DEFAULTS: Final[Mapping[str, object]] = {"tax_category": "general", "requires_shipping": True}
