"""Addresses of catalog."""

from django.urls import URLPattern, path

from commerce.catalog.api.categories import Categories
from commerce.catalog.api.media import MediaDetail, ProductMedia
from commerce.catalog.api.plans import PlanOnOffer, Plans, PlanVersions, PublishPlan, RetirePlan
from commerce.catalog.api.prices import ProductPrices
from commerce.catalog.api.products import (
    ProductBySlug,
    ProductDetail,
    Products,
    PublishProduct,
    RetireProduct,
)
from commerce.catalog.api.variants import RetireVariant

urlpatterns: list[URLPattern] = [
    path("categories", Categories.as_view()),
    path("plans", Plans.as_view()),
    path("plans/<plan:plan_id>", PlanOnOffer.as_view()),
    path("plans/<plan:plan_id>/versions", PlanVersions.as_view()),
    path("plans/<plan:plan_id>/publish", PublishPlan.as_view()),
    path("plans/<plan:plan_id>/retire", RetirePlan.as_view()),
    path("products", Products.as_view()),
    path("products/<prod:product_id>", ProductDetail.as_view()),
    path("products/<prod:product_id>/media", ProductMedia.as_view()),
    path("products/<prod:product_id>/media/<med:media_id>", MediaDetail.as_view()),
    path("products/<prod:product_id>/prices", ProductPrices.as_view()),
    path("products/<prod:product_id>/publish", PublishProduct.as_view()),
    path("products/<prod:product_id>/retire", RetireProduct.as_view()),
    path("products/<slug:slug>", ProductBySlug.as_view()),
    path("variants/<var:variant_id>/retire", RetireVariant.as_view()),
]
