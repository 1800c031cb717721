"""What a person fills in to change a product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from commerce.catalog.admin.attribute_fields import attribute_fields, attribute_initials
from commerce.catalog.attributes.models import AttributeScope, ProductType
from commerce.catalog.attributes.queries import attributes_of_types
from commerce.catalog.markets.models import Market
from commerce.catalog.media.models import ALT_MAX
from commerce.catalog.products.drafts import (
    BRAND_MAX,
    CATEGORY_SLUG_MAX,
    DESCRIPTION_MAX,
    SLUG_MAX,
    TITLE_MAX,
    ProductTexts,
)
from commerce.catalog.products.models import Product
from commerce.catalog.products.set_publications import NewPublication
from commerce.shared.admin import ActForm, LinesField, MomentField

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


class TranslationForm(ActForm):
    """The words of one language."""

    audited = ("locale",)

    locale = forms.CharField(
        max_length=LOCALE_MAX, help_text="Such as de or de-AT. What stood there is written over."
    )
    title = forms.CharField(max_length=TITLE_MAX, required=False)
    description = forms.CharField(
        max_length=DESCRIPTION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    words = LinesField(label="words of options", help_text="One a line: Red = Rot")

    def texts(self) -> ProductTexts | None:
        """Give what was typed; nothing at all takes the language away."""
        asked = self.cleaned_data
        words = dict(_pairs(asked["words"], "="))
        if not (asked["title"] or asked["description"] or words):
            return None
        return ProductTexts(title=asked["title"], description=asked["description"], options=words)

    def clean_words(self) -> list[str]:
        lines: list[str] = self.cleaned_data["words"]
        if not all("=" in line for line in lines):
            raise forms.ValidationError("Each line is a word, =, and the word for it.")
        return lines


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


class TypeForm(ActForm):
    audited = ("product_type",)

    product_type = forms.ChoiceField(
        required=False, help_text="Values that the new type does not have are kept, and not shown."
    )

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        types = ProductType.objects.order_by("name").values_list("code", "name")
        field: Any = self.fields["product_type"]
        field.choices = [("", "no type"), *types]
        self.initial["product_type"] = row.product_type.code if row.product_type else ""
        return {}


class AttributesForm(ActForm):
    """The attributes of a product's type, each in a field of its kind."""

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        type_id = row.product_type_id
        asked = attributes_of_types({type_id} if type_id else set())
        self.initial |= attribute_initials(row.attributes)
        return attribute_fields(x for x in asked if x.scope == AttributeScope.PRODUCT)


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


class PublicationsForm(ActForm):
    """A switch and a window for each market; none switched on: for sale in every one."""

    audited = ("markets",)

    def fields_for(self, row: Product) -> dict[str, forms.Field]:
        windows = {x.market_code: x for x in row.publications.all()}
        self._codes = list(Market.objects.order_by("code").values_list("code", flat=True))
        fields: dict[str, forms.Field] = {}
        for code in self._codes:
            window = windows.get(code)
            fields |= {
                f"only_{code}": forms.BooleanField(
                    label=f"in {code}", required=False, initial=window is not None
                ),
                f"from_{code}": MomentField(
                    label="from (UTC)",
                    required=False,
                    initial=window.published_from if window else None,
                ),
                f"until_{code}": MomentField(
                    label="until (UTC)",
                    required=False,
                    initial=window.published_until if window else None,
                ),
            }
        return fields

    def publications(self) -> list[NewPublication]:
        asked = self.cleaned_data
        return [
            NewPublication(
                market=code,
                published_from=asked[f"from_{code}"],
                published_until=asked[f"until_{code}"],
            )
            for code in self._codes
            if asked[f"only_{code}"]
        ]

    def audit(self) -> dict[str, object]:
        return {"markets": [window.market for window in self.publications()]}


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
