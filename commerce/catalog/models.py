"""Index of catalog's tables."""

from commerce.catalog.listing.models import Listing, Placement, ProductChange, VariantAvailability
from commerce.catalog.markets.models import Market, MarketCountry
from commerce.catalog.outbox import OutboxMessage
from commerce.catalog.plans.models import Plan, PlanPrice, PlanVersion
from commerce.catalog.pricing.models import Price, PriceList
from commerce.catalog.products.models import Category, Product, ProductCategory, Variant

__all__ = [
    "Category",
    "Listing",
    "Market",
    "MarketCountry",
    "OutboxMessage",
    "Placement",
    "Plan",
    "PlanPrice",
    "PlanVersion",
    "Price",
    "PriceList",
    "Product",
    "ProductCategory",
    "ProductChange",
    "Variant",
    "VariantAvailability",
]
