"""Catalog's door for staff: what is sold, in which plans, and for how much."""

from commerce.catalog.admin import categories, media, messages, plans, prices, products, variants

__all__ = ["categories", "media", "messages", "plans", "prices", "products", "variants"]
