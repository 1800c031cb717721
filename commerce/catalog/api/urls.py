"""Addresses of catalog."""

from django.urls import URLPattern, path

from commerce.catalog.api.attributes import AttributeDetail, Attributes
from commerce.catalog.api.categories import Categories, CategoryDetail, MoveCategory
from commerce.catalog.api.collections import CollectionDetail, Collections
from commerce.catalog.api.imports import (
    CancelImport,
    Exports,
    ImportDetail,
    ImportProblems,
    Imports,
)
from commerce.catalog.api.listing import read_list, read_product
from commerce.catalog.api.markets import MarketDetail, Markets
from commerce.catalog.api.media import MediaDetail, ProductMedia
from commerce.catalog.api.plans import PlanOnOffer, Plans, PlanVersions, PublishPlan, RetirePlan
from commerce.catalog.api.price_lists import (
    ActivatePriceList,
    EndPriceList,
    PriceListDetail,
    PriceLists,
)
from commerce.catalog.api.price_table import PriceHistory, PriceTable
from commerce.catalog.api.prices import EndPrice, ProductPrices
from commerce.catalog.api.product_parts import (
    GenerateVariants,
    ProductPublications,
    ProductTranslation,
    ProductTranslations,
)
from commerce.catalog.api.product_types import ProductTypeDetail, ProductTypes
from commerce.catalog.api.products import (
    ProductBySlug,
    ProductDetail,
    Products,
    PublishProduct,
    RetireProduct,
)
from commerce.catalog.api.promotions import (
    ActivatePromotion,
    DisableCoupons,
    EndPromotion,
    ExplainPrices,
    PromotionCoupons,
    PromotionDetail,
    PromotionRedemptions,
    Promotions,
)
from commerce.catalog.api.rebuild import Rebuild
from commerce.catalog.api.variants import RetireVariant
from commerce.shared.api.open_reads import OpenRead

urlpatterns: list[URLPattern] = [
    path("attributes", Attributes.as_view()),
    path("attributes/<slug:attribute_code>", AttributeDetail.as_view()),
    path("listing-rebuild", Rebuild.as_view()),
    path("categories", Categories.as_view()),
    path("categories/<slug:category>", CategoryDetail.as_view()),
    path("categories/<slug:category>/move", MoveCategory.as_view()),
    path("collections", Collections.as_view()),
    path("collections/<slug:collection>", CollectionDetail.as_view()),
    path("exports/products", Exports.as_view()),
    path("imports", Imports.as_view()),
    path("imports/<imp:import_id>", ImportDetail.as_view()),
    path("imports/<imp:import_id>/cancel", CancelImport.as_view()),
    path("imports/<imp:import_id>/problems", ImportProblems.as_view()),
    path("markets", Markets.as_view()),
    path("markets/<slug:market_code>", MarketDetail.as_view()),
    path("plans", Plans.as_view()),
    path("plans/<plan:plan_id>", PlanOnOffer.as_view()),
    path("plans/<plan:plan_id>/versions", PlanVersions.as_view()),
    path("plans/<plan:plan_id>/publish", PublishPlan.as_view()),
    path("plans/<plan:plan_id>/retire", RetirePlan.as_view()),
    path("price-lists", PriceLists.as_view()),
    path("price-lists/<prl:price_list_id>", PriceListDetail.as_view()),
    path("price-lists/<prl:price_list_id>/activate", ActivatePriceList.as_view()),
    path("price-lists/<prl:price_list_id>/end", EndPriceList.as_view()),
    path("product-types", ProductTypes.as_view()),
    path("product-types/<slug:type_code>", ProductTypeDetail.as_view()),
    path("products", OpenRead(Products.as_view(), read_list)),
    path("products/<prod:product_id>", OpenRead(ProductDetail.as_view(), read_product)),
    path("products/<prod:product_id>/generate-variants", GenerateVariants.as_view()),
    path("products/<prod:product_id>/media", ProductMedia.as_view()),
    path("products/<prod:product_id>/media/<med:media_id>", MediaDetail.as_view()),
    path("products/<prod:product_id>/prices", ProductPrices.as_view()),
    path("products/<prod:product_id>/prices/end", EndPrice.as_view()),
    path("products/<prod:product_id>/price-table", PriceTable.as_view()),
    path("products/<prod:product_id>/price-history", PriceHistory.as_view()),
    path("products/<prod:product_id>/publications", ProductPublications.as_view()),
    path("products/<prod:product_id>/publish", PublishProduct.as_view()),
    path("products/<prod:product_id>/retire", RetireProduct.as_view()),
    path("products/<prod:product_id>/translations", ProductTranslations.as_view()),
    path("products/<prod:product_id>/translations/<slug:locale>", ProductTranslation.as_view()),
    path("products/<slug:slug>", OpenRead(ProductBySlug.as_view(), read_product)),
    path("promotions", Promotions.as_view()),
    path("promotions/explain", ExplainPrices.as_view()),
    path("promotions/<promo:promotion_id>", PromotionDetail.as_view()),
    path("promotions/<promo:promotion_id>/activate", ActivatePromotion.as_view()),
    path("promotions/<promo:promotion_id>/coupons", PromotionCoupons.as_view()),
    path("promotions/<promo:promotion_id>/coupons/disable", DisableCoupons.as_view()),
    path("promotions/<promo:promotion_id>/end", EndPromotion.as_view()),
    path("promotions/<promo:promotion_id>/redemptions", PromotionRedemptions.as_view()),
    path("variants/<var:variant_id>/retire", RetireVariant.as_view()),
]
