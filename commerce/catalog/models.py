"""Index of catalog's tables."""

from commerce.catalog.attributes.models import (
    Attribute,
    AttributeChoice,
    ProductType,
    TypeAttribute,
)
from commerce.catalog.collections.models import (
    Collection,
    CollectionMember,
    CollectionPublication,
)
from commerce.catalog.imports.models import Import, ImportPart, ImportProblem
from commerce.catalog.listing.models import (
    Card,
    Facet,
    FacetSet,
    ListedMarket,
    Listing,
    ListingRebuild,
    Placement,
    ProductChange,
    VariantAvailability,
    Word,
)
from commerce.catalog.markets.models import Market, MarketCountry
from commerce.catalog.media.models import Media, MediaFile
from commerce.catalog.outbox import OutboxMessage
from commerce.catalog.plans.models import Plan, PlanPrice, PlanVersion
from commerce.catalog.pricing.models import Price, PriceList
from commerce.catalog.products.models import (
    BundleComponent,
    Category,
    Product,
    ProductCategory,
    ProductPublication,
    Variant,
)
from commerce.catalog.promotions.models import Coupon, Promotion, Redemption

__all__ = [
    "Attribute",
    "AttributeChoice",
    "BundleComponent",
    "Card",
    "Category",
    "Collection",
    "CollectionMember",
    "CollectionPublication",
    "Coupon",
    "Facet",
    "FacetSet",
    "Import",
    "ImportPart",
    "ImportProblem",
    "ListedMarket",
    "Listing",
    "ListingRebuild",
    "Market",
    "MarketCountry",
    "Media",
    "MediaFile",
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
    "ProductPublication",
    "ProductType",
    "Promotion",
    "Redemption",
    "TypeAttribute",
    "Variant",
    "VariantAvailability",
    "Word",
]
