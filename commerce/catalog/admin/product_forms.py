"""What a person fills in to change a product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from commerce.catalog.admin.lines import joined, pairs_field
from commerce.catalog.media.models import ALT_MAX
from commerce.catalog.products.drafts import (
    BRAND_MAX,
    CATEGORY_SLUG_MAX,
    DESCRIPTION_MAX,
    LOCALES_MAX,
    SLUG_MAX,
    TITLE_MAX,
    ProductTexts,
)
from commerce.catalog.products.models import Product
from commerce.shared.admin import ActForm, LinesField, RowForm, RowsField

LOCALE_MAX: Final = 35


class TextsForm(ActForm):
    title = forms.CharField(max_length=TITLE_MAX)
    brand = forms.CharField(max_length=BRAND_MAX, required=False)
    description = forms.CharField(
        max_length=DESCRIPTION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        self.initial |= {"title": row.title, "brand": row.brand, "description": row.description}
        return {}


class TranslationRow(RowForm):
    """The words of one language; what is left empty falls back to the product's own."""

    locale = forms.CharField(label="language", max_length=LOCALE_MAX, help_text="de or de-AT")
    title = forms.CharField(max_length=TITLE_MAX, required=False)
    description = forms.CharField(
        max_length=DESCRIPTION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    words = pairs_field("One a line: Red = Rot", label="words of options")


class TranslationsForm(ActForm):
    """Every language of a product, each as it stands."""

    languages = RowsField(TranslationRow, at_most=LOCALES_MAX, as_cards=True)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        self.initial["languages"] = [
            {
                "locale": locale,
                "title": texts.get("title", ""),
                "description": texts.get("description", ""),
                "words": joined(texts.get("options", {}).items()),
            }
            for locale, texts in sorted(row.translations.items())
        ]
        return {}

    def clean_languages(self) -> dict[str, ProductTexts]:
        rows = self.cleaned_data["languages"]
        texts = {
            x["locale"]: ProductTexts(
                title=x["title"], description=x["description"], options=x["words"]
            )
            for x in rows
        }
        if len(texts) < len(rows):
            raise forms.ValidationError("A language stands there twice.")
        return texts

    def audit(self) -> dict[str, object]:
        return {"languages": sorted(self.cleaned_data["languages"])}


class OptionsForm(ActForm):
    options = LinesField(help_text="One a line, in order: Color: Red, Blue", rows=4)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        self.initial["options"] = "\n".join(
            f"{name}: {', '.join(values)}" for name, values in row.options
        )
        return {}

    def clean_options(self) -> dict[str, list[str]]:
        lines: list[str] = self.cleaned_data["options"]
        if not all(":" in line for line in lines):
            raise forms.ValidationError("Each line is a name, a colon, and values between commas.")
        return {
            name: [value.strip() for value in values.split(",") if value.strip()]
            for name, values in _pairs(lines, ":")
        }


class CategoriesForm(ActForm):
    audited = ("categories",)

    categories = LinesField(help_text="Slugs, one a line.", rows=5)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        slugs = row.places.order_by("category__path").values_list("category__slug", flat=True)
        self.initial["categories"] = "\n".join(slugs)
        return {}

    def clean_categories(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["categories"]
        if any(len(slug) > CATEGORY_SLUG_MAX for slug in slugs):
            raise forms.ValidationError("There is no such category.")
        return slugs


class PictureForm(ActForm):
    audited = ("alt",)

    file = forms.FileField(help_text="JPEG, PNG, WebP or GIF.")
    alt = forms.CharField(
        label="alternative text",
        max_length=ALT_MAX,
        required=False,
        help_text="Said to those who do not see it.",
    )
    variant = forms.ChoiceField(required=False)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        variants = row.variants.filter(retired_at=None).order_by("position", "pk")
        field: Any = self.fields["variant"]
        field.choices = [("", "the product"), *((str(x.pk), x.sku) for x in variants)]
        return {}


class NewProductForm(ActForm):
    """As little as a product needs to be there; the rest is said on its page."""

    audited = ("slug", "sku")

    title = forms.CharField(max_length=TITLE_MAX)
    slug = forms.CharField(
        max_length=SLUG_MAX, help_text="In its address: small-letters-and-hyphens."
    )
    brand = forms.CharField(max_length=BRAND_MAX, required=False)
    sku = forms.CharField(label="SKU of its first variant", max_length=64)


def _pairs(lines: list[str], sign: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(sign)
        yield name.strip(), value.strip()
