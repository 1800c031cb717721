"""What staff do to a product once it is there: say more of it, sell it otherwise, sell more kinds of it."""

from __future__ import annotations

from uuid import UUID

from commerce.catalog.admin.describe_form import DescribeForm
from commerce.catalog.admin.product_forms import (
    CategoriesForm,
    OptionsForm,
    PictureForm,
    TextsForm,
    TranslationsForm,
)
from commerce.catalog.admin.variant_forms import NewVariantForm, PatternForm
from commerce.catalog.admin.windows import WindowsForm
from commerce.catalog.media.add_media import add_media
from commerce.catalog.products.change_product import ProductChanges, change_product
from commerce.catalog.products.generate_variants import generate_variants
from commerce.catalog.products.models import Product
from commerce.catalog.products.set_publications import NewPublication, set_publications
from commerce.shared import ids
from commerce.shared.admin import Acting, StaffAdmin, act


def is_alive(product: Product) -> bool:
    return product.retired_at is None


class DescribedProducts(StaffAdmin[Product]):
    """The acts that change what a product says, where it is sold and in which variants."""

    @act("Change texts", roles=("catalog",), form=TextsForm, applies=is_alive, group="Texts")
    def change_texts(self, product: Product, form: TextsForm, acting: Acting) -> str:
        texts = {name: form.cleaned_data[name] for name in ("title", "brand", "description")}
        changed = _change(product, ProductChanges(**texts), acting)
        return f"{changed.title} is changed."

    @act(
        "Translate",
        roles=("catalog",),
        asks="A text that is empty falls back to the product's own.",
        form=TranslationsForm,
        applies=is_alive,
        group="Texts",
    )
    def translate(self, product: Product, form: TranslationsForm, acting: Acting) -> str:
        texts = form.cleaned_data["languages"]
        _change(product, ProductChanges(translations=texts), acting)
        return f"It speaks {', '.join(sorted(texts)) or 'its own language only'}."

    @act(
        "Set type and attributes",
        roles=("catalog",),
        form=DescribeForm,
        applies=is_alive,
        group="Describe",
    )
    def describe(self, product: Product, form: DescribeForm, acting: Acting) -> str:
        changes = form.changes()
        _change(product, changes, acting)
        return f"Its type is {changes.product_type}." if changes.product_type else "It has no type."

    @act(
        "Put on shelves",
        roles=("catalog",),
        form=CategoriesForm,
        applies=is_alive,
        group="Describe",
    )
    def set_categories(self, product: Product, form: CategoriesForm, acting: Acting) -> str:
        slugs = form.cleaned_data["categories"]
        _change(product, ProductChanges(categories=slugs), acting)
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
        _change(product, ProductChanges(options=options), acting)
        return f"Its variants differ by {', '.join(options) or 'whatever they like'}."

    @act(
        "Add a variant", roles=("catalog",), form=NewVariantForm, applies=is_alive, group="Variants"
    )
    def add_variant(self, product: Product, form: NewVariantForm, acting: Acting) -> str:
        variant = form.variant()
        _change(product, ProductChanges(variants=[variant]), acting)
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
        form=WindowsForm,
        applies=is_alive,
    )
    def set_markets(self, product: Product, form: WindowsForm, acting: Acting) -> str:
        windows = [
            NewPublication(market=market, published_from=begins, published_until=ends)
            for market, begins, ends in form.windows()
        ]
        set_publications(
            product_id=product.pk,
            publications=windows,
            expected_version=acting.version,
            now=acting.now,
        )
        return f"For sale in {', '.join(x.market for x in windows) or 'every market'}."


def _change(product: Product, changes: ProductChanges, acting: Acting) -> Product:
    return change_product(
        product_id=product.pk,
        changes=changes,
        expected_version=acting.version,
        now=acting.now,
    )
