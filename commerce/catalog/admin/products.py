"""Products: everything of one on its page, and an act for whatever of it can change."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.catalog.admin.price_grid import PricedProducts
from commerce.catalog.admin.product_acts import DescribedProducts, is_alive
from commerce.catalog.admin.product_forms import NewProductForm
from commerce.catalog.admin.product_page import ProductPage
from commerce.catalog.admin.product_prices import planned_prices, price_table
from commerce.catalog.admin.seen_by_customers import seen_by_customers
from commerce.catalog.admin.windows import shown_windows
from commerce.catalog.listing.models import Card
from commerce.catalog.listing.words import LANGUAGE, search_expression
from commerce.catalog.products.create_product import create_product
from commerce.catalog.products.drafts import NewProduct, NewVariant
from commerce.catalog.products.models import Product, ProductCategory, ProductStatus
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.retire_product import retire_product
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffInline,
    act,
    exact,
    link,
    list_act,
    public_id,
    state,
    status_filter,
)

READERS = ("catalog", "support", "warehouse", "finance")
# More than a person reads; the words can be narrowed down.
FOUND_AT_MOST = 200


class CategoryInline(StaffInline):
    model = ProductCategory
    verbose_name_plural = "categories"
    fields = (link("category"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductCategory]:
        return super().get_queryset(request).select_related("category")


@admin.register(Product)
class ProductAdmin(DescribedProducts, PricedProducts):
    roles = READERS
    icon = "inventory_2"
    prefix = "prod"
    find_by = (exact("slug"),)
    search_help_text = "Words, slug or prod_…"
    list_display = ("title", "brand", state(), "published_at", "slug")
    list_filter = (status_filter(ProductStatus),)
    list_defer = ("description",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("prod"),
                    "title",
                    "brand",
                    state(),
                    "slug",
                    link("product_type", "type"),
                    "version",
                    "created_at",
                    "published_at",
                    "retired_at",
                )
            },
        ),
        ("Variants", {"classes": ["tab"], "fields": ("shown_options", "shown_variants")}),
        ("Prices", {"classes": ["tab"], "fields": ("shown_prices", "planned_prices")}),
        ("Texts", {"classes": ["tab"], "fields": ("description", "shown_texts")}),
        ("Attributes", {"classes": ["tab"], "fields": ("shown_attributes",)}),
        ("Pictures", {"classes": ["tab"], "fields": ("shown_media",)}),
        ("Markets", {"classes": ["tab"], "fields": ("shown_publications", "seen_by_customers")}),
        ("History", {"classes": ["tab"], "fields": ("history",)}),
    )
    inlines = (CategoryInline,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Find also by words, as shoppers do; drafts have no words yet."""
        found, _ = super().get_search_results(request, queryset, search_term)
        expression = search_expression(search_term)
        if not expression or found.exists():
            return found, False
        words = SearchQuery(expression, search_type="raw", config=LANGUAGE)
        ids = Card.objects.filter(words=words).values_list("product_id", flat=True)
        return queryset.filter(pk__in=list(ids.distinct()[:FOUND_AT_MOST])), False

    # What is on its page.

    @admin.display(description="options")
    def shown_options(self, product: Product) -> str:
        named = [f"{name}: {', '.join(values)}" for name, values in product.options]
        return " · ".join(named) or "as its variants happen to differ"

    @admin.display(description="variants")
    def shown_variants(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).variants_grid()

    @admin.display(description="now")
    def shown_prices(self, product: Product) -> SafeString | str:
        return price_table(ProductPage.of(product))

    @admin.display(description="planned")
    def planned_prices(self, product: Product) -> SafeString | str:
        return planned_prices(ProductPage.of(product))

    @admin.display(description="translations")
    def shown_texts(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).texts()

    @admin.display(description="attributes")
    def shown_attributes(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).attributes()

    @admin.display(description="pictures")
    def shown_media(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).media()

    @admin.display(description="for sale")
    def shown_publications(self, product: Product) -> SafeString | str:
        return shown_windows(product.publications.order_by("market_code"))

    @admin.display(description="what customers see")
    def seen_by_customers(self, product: Product) -> SafeString | str:
        return seen_by_customers(ProductPage.of(product))

    @admin.display(description="who did what")
    def history(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).history()

    # What can be done.

    @list_act("New product", roles=("catalog",), form=NewProductForm)
    def create(self, form: NewProductForm, acting: Acting) -> tuple[Product, str]:
        asked = form.cleaned_data
        created = create_product(
            product=NewProduct(
                title=asked["title"],
                slug=asked["slug"],
                brand=asked["brand"],
                variants=[NewVariant(sku=asked["sku"])],
            ),
            now=acting.now,
        )
        product = Product.objects.get(pk=created.product_id)
        return product, f"{product.title} is there, as a draft."

    @act(
        "Publish",
        roles=("catalog",),
        asks="From now on it can be found and bought.",
        tone="primary",
        applies=lambda product: product.status == ProductStatus.DRAFT,
    )
    def publish(self, product: Product, form: ActForm, acting: Acting) -> str:
        publish_product(product_id=product.pk, now=acting.now)
        return f"{product.title} can be found and bought."

    @act(
        "Retire",
        roles=("catalog",),
        asks="It leaves the lists and cannot be bought any more. This is for good.",
        tone="danger",
        applies=is_alive,
    )
    def retire(self, product: Product, form: ActForm, acting: Acting) -> str:
        retire_product(product_id=product.pk, now=acting.now)
        return f"{product.title} is not sold any more."
