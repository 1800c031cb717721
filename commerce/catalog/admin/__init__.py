"""Catalog's door for staff: what is sold, in which plans, and for how much."""

from commerce.catalog.admin import categories, messages, plans, prices, products

__all__ = ["categories", "messages", "plans", "prices", "products"]
