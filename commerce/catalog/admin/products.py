"""Products and their variants: publish, retire, change what they say, set what they cost."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.catalog.admin.prices import PriceForm, PriceInline
from commerce.catalog.listing.models import Card, VariantAvailability
from commerce.catalog.listing.words import LANGUAGE, search_expression
from commerce.catalog.pricing.set_price import set_price
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.drafts import BRAND_MAX, DESCRIPTION_MAX, TITLE_MAX
from commerce.catalog.products.models import Product, ProductCategory, ProductStatus, Variant
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.retire_product import retire_product
from commerce.catalog.products.retire_variant import retire_variant
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    exact,
    flag,
    label,
    link,
    page,
    public_id,
    state,
    status_filter,
)
from commerce.shared.money import Money

READERS = ("catalog", "support", "warehouse", "finance")
# More than a person reads; the words can be narrowed down.
FOUND_AT_MOST = 200


class TextsForm(ActForm):
    title = forms.CharField(max_length=TITLE_MAX)
    brand = forms.CharField(max_length=BRAND_MAX, required=False)
    description = forms.CharField(
        max_length=DESCRIPTION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        self.initial |= {"title": row.title, "brand": row.brand, "description": row.description}
        return {}


class VariantInline(StaffInline):
    model = Variant
    fields = (page("sku", "SKU"), "gtin", "options", "weight_g", "tax_category", "retired_at")
    ordering = ("position", "pk")
    tab = False


class CategoryInline(StaffInline):
    model = ProductCategory
    verbose_name_plural = "categories"
    fields = (link("category"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductCategory]:
        return super().get_queryset(request).select_related("category")


@admin.register(Product)
class ProductAdmin(StaffAdmin[Product]):
    roles = READERS
    icon = "inventory_2"
    prefix = "prod"
    find_by = (exact("slug"),)
    search_help_text = "Words, slug or prod_…"
    list_display = ("title", "brand", state(), "published_at", "slug")
    list_filter = (status_filter(ProductStatus),)
    list_defer = ("description",)
    fields = (
        public_id("prod"),
        "title",
        "brand",
        state(),
        "slug",
        "description",
        "version",
        "created_at",
        "published_at",
        "retired_at",
    )
    inlines = (VariantInline, CategoryInline)

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
        "Change texts",
        roles=("catalog",),
        form=TextsForm,
        applies=lambda product: product.status != ProductStatus.RETIRED,
    )
    def change_texts(self, product: Product, form: TextsForm, acting: Acting) -> str:
        texts = {name: form.cleaned_data[name] for name in ("title", "brand", "description")}
        changed = change_product(
            product_id=product.pk,
            changes=ProductChanges(**texts),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"{changed.title} is changed."

    @act(
        "Retire",
        roles=("catalog",),
        asks="It leaves the lists and cannot be bought any more. This is for good.",
        tone="danger",
        applies=lambda product: product.status != ProductStatus.RETIRED,
    )
    def retire(self, product: Product, form: ActForm, acting: Acting) -> str:
        retire_product(product_id=product.pk, now=acting.now)
        return f"{product.title} is not sold any more."


@admin.register(Variant)
class VariantAdmin(StaffAdmin[Variant]):
    roles = READERS
    icon = "style"
    prefix = "var"
    find_by = (exact("sku"),)
    search_help_text = "SKU or var_…"
    list_display = ("sku", link("product"), "gtin", "weight_g", "tax_category", "retired_at")
    list_select_related = ("product",)
    fields = (
        public_id("var"),
        "sku",
        link("product"),
        "gtin",
        "options",
        "shown_availability",
        "weight_g",
        "tax_category",
        flag("requires_shipping"),
        flag("needs_approval"),
        "created_at",
        "retired_at",
    )
    inlines = (PriceInline,)

    @admin.display(description="availability shown")
    def shown_availability(self, variant: Variant) -> SafeString | str:
        told = VariantAvailability.objects.filter(sku=variant.sku).first()
        return label(told.availability) if told else NOTHING

    @act(
        "Set price",
        roles=("catalog",),
        asks="Orders that were placed keep their price.",
        form=PriceForm,
        tone="primary",
        applies=lambda variant: variant.retired_at is None,
    )
    def set_price(self, variant: Variant, form: PriceForm, acting: Acting) -> str:
        asked = form.cleaned_data
        period = set_price(
            price=NewPrice(
                sku=variant.sku,
                price=asked["price"],
                valid_from=asked["valid_from"],
                valid_until=asked["valid_until"],
            ),
            now=acting.now,
        )
        price = Money(period.amount_minor, asked["price"].currency)
        return f"{variant.sku} costs {price} from {period.valid_from:%Y-%m-%d %H:%M} UTC."

    @act(
        "Retire",
        roles=("catalog",),
        asks="It cannot be bought any more; its siblings stay. This is for good.",
        tone="danger",
        applies=lambda variant: variant.retired_at is None,
    )
    def retire(self, variant: Variant, form: ActForm, acting: Acting) -> str:
        retire_variant(variant_id=variant.pk, now=acting.now)
        return f"{variant.sku} is not sold any more."
