"""Products: everything of one on its page, and an act for whatever of it can change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.catalog.admin.attribute_fields import values_changed
from commerce.catalog.admin.product_forms import (
    AttributesForm,
    CategoriesForm,
    NewProductForm,
    OptionsForm,
    PictureForm,
    PublicationsForm,
    TextsForm,
    TranslationForm,
    TypeForm,
)
from commerce.catalog.admin.product_page import ProductPage
from commerce.catalog.admin.variant_forms import NewVariantForm, PatternForm
from commerce.catalog.listing.models import Card
from commerce.catalog.listing.words import LANGUAGE, search_expression
from commerce.catalog.media.add_media import add_media
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.create_product import create_product
from commerce.catalog.products.drafts import NewProduct, NewVariant
from commerce.catalog.products.generate_variants import generate_variants
from commerce.catalog.products.models import Product, ProductCategory, ProductStatus
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.retire_product import retire_product
from commerce.catalog.products.set_attributes import AttributesToSet, set_attributes
from commerce.catalog.products.set_publications import set_publications
from commerce.catalog.products.translate_product import translate_product
from commerce.shared import ids
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    exact,
    link,
    list_act,
    public_id,
    state,
    status_filter,
)
from commerce.shared.errors import CommerceError

READERS = ("catalog", "support", "warehouse", "finance")
# More than a person reads; the words can be narrowed down.
FOUND_AT_MOST = 200


def is_alive(product: Product) -> bool:
    return product.retired_at is None


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
        return ProductPage.of(product).price_table()

    @admin.display(description="planned")
    def planned_prices(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).planned_prices()

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
        return ProductPage.of(product).publications()

    @admin.display(description="what customers see")
    def seen_by_customers(self, product: Product) -> SafeString | str:
        return ProductPage.of(product).seen_by_customers()

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

    @act("Change texts", roles=("catalog",), form=TextsForm, applies=is_alive, group="Texts")
    def change_texts(self, product: Product, form: TextsForm, acting: Acting) -> str:
        texts = {name: form.cleaned_data[name] for name in ("title", "brand", "description")}
        changed = self._change(product, ProductChanges(**texts), acting)
        return f"{changed.title} is changed."

    @act(
        "Translate",
        roles=("catalog",),
        asks="Without any text the language is taken away.",
        form=TranslationForm,
        applies=is_alive,
        group="Texts",
    )
    def translate(self, product: Product, form: TranslationForm, acting: Acting) -> str:
        locale = form.cleaned_data["locale"]
        texts = form.texts()
        translate_product(
            product_id=product.pk,
            locale=locale,
            texts=texts,
            expected_version=acting.version,
            now=acting.now,
        )
        return f"It says {'something' if texts else 'nothing'} in {locale}."

    @act("Set type", roles=("catalog",), form=TypeForm, applies=is_alive, group="Describe")
    def set_type(self, product: Product, form: TypeForm, acting: Acting) -> str:
        code = form.cleaned_data["product_type"]
        self._change(product, ProductChanges(product_type=code), acting)
        return f"Its type is {code}." if code else "It has no type."

    @act(
        "Set attributes",
        roles=("catalog",),
        form=AttributesForm,
        applies=lambda product: is_alive(product) and product.product_type_id is not None,
        group="Describe",
    )
    def set_attributes(self, product: Product, form: AttributesForm, acting: Acting) -> str:
        values = values_changed(form.cleaned_data, product.attributes)
        wanted = AttributesToSet(slug=product.slug, attributes=values)
        [answer] = set_attributes(batch=[wanted], now=acting.now)
        if isinstance(answer, CommerceError):
            raise answer
        return f"Changed: {', '.join(values) or 'nothing'}."

    @act(
        "Put on shelves",
        roles=("catalog",),
        form=CategoriesForm,
        applies=is_alive,
        group="Describe",
    )
    def set_categories(self, product: Product, form: CategoriesForm, acting: Acting) -> str:
        slugs = form.cleaned_data["categories"]
        self._change(product, ProductChanges(categories=slugs), acting)
        return f"It stands in {', '.join(slugs) or 'no category'}."

    @act("Add a picture", roles=("catalog",), form=PictureForm, applies=is_alive, group="Describe")
    def add_picture(self, product: Product, form: PictureForm, acting: Acting) -> str:
        asked = form.cleaned_data
        media = add_media(
            product_id=product.pk,
            data=asked["file"].read(),
            alt=asked["alt"],
            variant_id=UUID(asked["variant"]) if asked["variant"] else None,
            now=acting.now,
        )
        return f"{ids.encode('med', media.pk)} is shown, as the last."

    @act("Set options", roles=("catalog",), form=OptionsForm, applies=is_alive, group="Variants")
    def set_options(self, product: Product, form: OptionsForm, acting: Acting) -> str:
        options = form.cleaned_data["options"]
        self._change(product, ProductChanges(options=options), acting)
        return f"Its variants differ by {', '.join(options) or 'whatever they like'}."

    @act(
        "Add a variant", roles=("catalog",), form=NewVariantForm, applies=is_alive, group="Variants"
    )
    def add_variant(self, product: Product, form: NewVariantForm, acting: Acting) -> str:
        variant = form.variant()
        self._change(product, ProductChanges(variants=[variant]), acting)
        return f"{variant.sku} is there; it needs a price."

    @act(
        "Generate variants",
        roles=("catalog",),
        asks="One for each combination of options that has none: MUG gives MUG-RED-LARGE.",
        form=PatternForm,
        applies=lambda product: is_alive(product) and bool(product.options),
        group="Variants",
    )
    def generate(self, product: Product, form: PatternForm, acting: Acting) -> str:
        skus = generate_variants(
            product_id=product.pk,
            pattern=form.variant(),
            expected_version=acting.version,
            now=acting.now,
        )
        return f"New: {', '.join(skus) or 'none, every combination is there'}."

    @act(
        "Choose markets",
        roles=("catalog",),
        asks="For sale only in those switched on, while their windows are open; in all, if in none.",
        form=PublicationsForm,
        applies=is_alive,
    )
    def set_markets(self, product: Product, form: PublicationsForm, acting: Acting) -> str:
        windows = form.publications()
        set_publications(
            product_id=product.pk,
            publications=windows,
            expected_version=acting.version,
            now=acting.now,
        )
        return f"For sale in {', '.join(x.market for x in windows) or 'every market'}."

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

    @staticmethod
    def _change(product: Product, changes: ProductChanges, acting: Acting) -> Product:
        return change_product(
            product_id=product.pk,
            changes=changes,
            expected_version=acting.version,
            now=acting.now,
        )
