"""Index of catalog's tables."""

from commerce.catalog.listing.models import Listing, Placement, ProductChange, VariantAvailability
from commerce.catalog.outbox import OutboxMessage
from commerce.catalog.plans.models import Plan, PlanPrice, PlanVersion
from commerce.catalog.pricing.models import Price
from commerce.catalog.products.models import Category, Product, ProductCategory, Variant

__all__ = [
    "Category",
    "Listing",
    "OutboxMessage",
    "Placement",
    "Plan",
    "PlanPrice",
    "PlanVersion",
    "Price",
    "Product",
    "ProductCategory",
    "ProductChange",
    "Variant",
    "VariantAvailability",
]
