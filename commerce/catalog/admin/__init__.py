"""Catalog's door for staff: what is sold, in which plans, and for how much."""

from commerce.catalog.admin import (
    attributes,
    categories,
    collections,
    imports,
    listing,
    markets,
    media,
    messages,
    plans,
    price_lists,
    prices,
    product_types,
    products,
    promotions,
    variants,
)

__all__ = [
    "attributes",
    "categories",
    "collections",
    "imports",
    "listing",
    "markets",
    "media",
    "messages",
    "plans",
    "price_lists",
    "prices",
    "product_types",
    "products",
    "promotions",
    "variants",
]
