"""Drafts as the columns they are stored in: the same for one product and for thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from commerce.catalog.products.drafts import NewVariant, ProductTexts

VARIANT_COLUMNS: Final = (
    *("sku", "gtin", "options", "attributes", "weight_g", "length_mm", "width_mm", "height_mm"),
    *("tax_category", "requires_shipping", "needs_approval", "is_gift_card", "grants"),
    "made_to_order_days",
)
# Those of them that are JSON.
JSON_COLUMNS: Final = frozenset({"options", "attributes", "grants"})


def variant_values(variant: NewVariant) -> dict[str, Any]:
    """Every column that a draft says, by name; what is in a bundle stands in rows of its own."""
    values: dict[str, Any] = {name: getattr(variant, name) for name in VARIANT_COLUMNS}
    return values | {
        "options": [list(pair) for pair in variant.options.items()],
        "attributes": dict(variant.attributes),
        "grants": [{"feature": x.feature, "days": x.days} for x in variant.grants],
    }


def option_rows(options: Mapping[str, Sequence[str]]) -> list[list[Any]]:
    """Pairs and not an object: JSONB forgets the order of names."""
    return [[name, list(values)] for name, values in options.items()]


def translation_rows(translations: Mapping[str, ProductTexts]) -> dict[str, dict[str, Any]]:
    """What is said; a text that is empty, or a locale with none, is not stored."""
    rows = {
        locale: {
            name: text
            for name, text in (
                ("title", texts.title),
                ("description", texts.description),
                ("options", dict(texts.options)),
            )
            if text
        }
        for locale, texts in translations.items()
    }
    return {locale: row for locale, row in rows.items() if row}
