"""A product as staff describe it, and its reading into drafts; the use cases check its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.api.attribute_shapes import AttributesField
from commerce.catalog.interface.dto import Grant
from commerce.catalog.products import drafts
from commerce.catalog.products.drafts import NewComponent, NewVariant, ProductTexts
from commerce.catalog.products.locales import LOCALE
from commerce.shared.api.serializers import (
    Input,
    Output,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    many,
)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class WordsField(serializers.Field[dict[str, str], Any, Any, Any]):
    """`{"Color": "Red"}`; the names and values are checked by the use case."""

    default_error_messages = {"invalid": "An object of texts."}

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, Mapping) or not all(isinstance(x, str) for x in data.values()):
            self.fail("invalid")
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value


class GrantInput(Input):
    feature = StrictCharField(max_length=100)
    days = StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=drafts.DAYS_MAX,
        help_text="null: for good.",
    )

    def to_internal_value(self, data: Any) -> Grant:
        return Grant(**super().to_internal_value(data))


class ComponentInput(Input):
    sku = StrictCharField(max_length=64)
    quantity = StrictIntegerField(
        required=False, min_value=1, max_value=drafts.COMPONENT_QUANTITY_MAX
    )

    def to_internal_value(self, data: Any) -> NewComponent:
        return NewComponent(**super().to_internal_value(data))


def _dimension() -> StrictIntegerField:
    return StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=drafts.DIMENSION_MM_MAX,
        help_text="Packed; all three or none.",
    )


class VariantInput(Input):
    """Validated data is a `NewVariant`."""

    sku = StrictCharField(max_length=64)
    gtin = StrictCharField(
        required=False, allow_null=True, max_length=14, help_text="With its check digit."
    )
    options = WordsField(required=False)
    attributes = AttributesField(required=False)
    weight_g = StrictIntegerField(
        required=False, min_value=0, max_value=drafts.WEIGHT_G_MAX, help_text="Packed, in grams."
    )
    length_mm = _dimension()
    width_mm = _dimension()
    height_mm = _dimension()
    tax_category = StrictCharField(required=False, max_length=40)
    requires_shipping = StrictBooleanField(required=False)
    needs_approval = StrictBooleanField(
        required=False, help_text="Staff look at each order before it is delivered."
    )
    is_gift_card = StrictBooleanField(
        required=False, help_text="Its buyer gets a code worth its price; nothing is shipped."
    )
    grants = serializers.ListField(
        required=False,
        child=GrantInput(),
        max_length=drafts.GRANTS_MAX,
        help_text="Access that one unit gives.",
    )
    made_to_order_days = StrictIntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=drafts.DAYS_MAX,
        help_text="Made once it is sold, in so many days; no stock is held for it.",
    )
    components = serializers.ListField(
        required=False,
        child=ComponentInput(),
        max_length=drafts.COMPONENTS_MAX,
        help_text="Makes it a bundle: what is in one unit.",
    )

    def to_internal_value(self, data: Any) -> NewVariant:
        return NewVariant(**super().to_internal_value(data))


class OptionInput(Input):
    name = StrictCharField(max_length=drafts.OPTION_MAX)
    values = serializers.ListField(
        child=StrictCharField(max_length=drafts.OPTION_MAX),
        min_length=1,
        max_length=drafts.VARIANTS_MAX,
    )


class OptionsField(serializers.ListField):
    """Names with their values, in order; validated data is `{"Color": ["Red", "Blue"]}`."""

    child = OptionInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=drafts.OPTIONS_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        options = super().to_internal_value(data)
        by_name = {option["name"]: option["values"] for option in options}
        if len(by_name) < len(options):
            raise serializers.ValidationError("The same name twice.", code="invalid")
        return by_name


class ProductTextsInput(Input):
    """What is empty or missing falls back: to the language, then to the product's own words."""

    title = StrictCharField(required=False, allow_blank=True, max_length=drafts.TITLE_MAX)
    description = StrictCharField(
        required=False, allow_blank=True, max_length=drafts.DESCRIPTION_MAX
    )
    options = WordsField(required=False, help_text="Names of options and their values.")

    def to_internal_value(self, data: Any) -> ProductTexts:
        return ProductTexts(**super().to_internal_value(data))


@extend_schema_field(
    {
        "type": "object",
        "propertyNames": {"pattern": f"^{LOCALE}$"},
        "additionalProperties": {"$ref": "#/components/schemas/CatalogProductTextsInput"},
    }
)
class TranslationsField(serializers.DictField):
    """By locale: `{"de": {"title": "Becher"}}`."""

    child = ProductTextsInput()


class ProductInput(Input):
    slug = StrictCharField(max_length=drafts.SLUG_MAX)
    title = StrictCharField(max_length=drafts.TITLE_MAX)
    description = StrictCharField(
        required=False, allow_blank=True, max_length=drafts.DESCRIPTION_MAX
    )
    brand = StrictCharField(required=False, allow_blank=True, max_length=drafts.BRAND_MAX)
    product_type = StrictCharField(
        required=False, max_length=40, help_text="Its code; says which attributes there are."
    )
    attributes = AttributesField(required=False)
    options = OptionsField(
        required=False, help_text="By what variants may differ; empty: by anything."
    )
    translations = TranslationsField(required=False)
    categories = serializers.ListField(
        required=False,
        max_length=drafts.CATEGORIES_MAX,
        child=StrictCharField(max_length=drafts.CATEGORY_SLUG_MAX),
        help_text="Slugs.",
    )
    variants = serializers.ListField(
        child=VariantInput(), min_length=1, max_length=drafts.VARIANTS_MAX
    )


class ProductChangesInput(Input):
    """What is not sent stays; lists and objects other than `variants` are complete new ones."""

    title = StrictCharField(required=False, max_length=drafts.TITLE_MAX)
    description = StrictCharField(
        required=False, allow_blank=True, max_length=drafts.DESCRIPTION_MAX
    )
    brand = StrictCharField(required=False, allow_blank=True, max_length=drafts.BRAND_MAX)
    product_type = StrictCharField(
        required=False, allow_blank=True, max_length=40, help_text="Its code; empty: of no type."
    )
    attributes = AttributesField(required=False)
    options = OptionsField(required=False)
    translations = TranslationsField(required=False)
    categories = serializers.ListField(
        required=False,
        max_length=drafts.CATEGORIES_MAX,
        child=StrictCharField(max_length=drafts.CATEGORY_SLUG_MAX),
    )
    variants = serializers.ListField(
        child=VariantInput(),
        required=False,
        max_length=drafts.VARIANTS_MAX,
        help_text="A known SKU replaces that variant, a new one is added.",
    )


class TranslationOutput(Output):
    locale = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField())


class TranslationsOutput(Output):
    data = many(TranslationOutput)


class PublicationInput(Input):
    market = StrictCharField(max_length=40, help_text="Its code.")
    published_from = serializers.DateTimeField(
        required=False, allow_null=True, help_text="null: from the beginning."
    )
    published_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Exclusive; null: for good."
    )


class PublicationsInput(Input):
    publications = serializers.ListField(
        child=PublicationInput(),
        max_length=300,
        help_text="The complete list; empty: for sale in every market.",
    )


class PublicationOutput(Output):
    market = serializers.CharField()
    published_from = serializers.DateTimeField(allow_null=True)
    published_until = serializers.DateTimeField(allow_null=True)


class PublicationsOutput(Output):
    data = many(PublicationOutput)


class GeneratedVariantsOutput(Output):
    skus = serializers.ListField(
        child=serializers.CharField(), help_text="Those that were made now, in their order."
    )
