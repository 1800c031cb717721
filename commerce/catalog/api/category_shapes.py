"""Categories, as clients send and get them."""

from __future__ import annotations

from rest_framework import serializers

from commerce.catalog.api.media_shapes import TranslationsField
from commerce.catalog.products.create_categories import NAME_MAX
from commerce.catalog.products.drafts import CATEGORY_SLUG_MAX
from commerce.shared.api.serializers import Input, Output, PageOutput, StrictCharField, many


class CategoryOutput(Output):
    id = serializers.CharField(help_text="`cat_…`")
    slug = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.CharField(allow_null=True, help_text="The slug of the category above.")  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    path = serializers.CharField(help_text="Slugs from the top down, with slashes between.")


class CategoryDetailOutput(CategoryOutput):
    translations = TranslationsField(required=False, help_text="For staff of the catalog.")


class CategoryPageOutput(PageOutput):
    data = many(CategoryOutput)


class CategoryChangesInput(Input):
    """What is not sent stays. `translations` are the complete new ones."""

    name = StrictCharField(required=False, max_length=NAME_MAX)
    translations = TranslationsField(required=False, help_text='`{"de": {"name": "…"}}`')


class CategoryInput(Input):
    slug = StrictCharField(max_length=CATEGORY_SLUG_MAX)
    name = StrictCharField(max_length=NAME_MAX)
    parent = StrictCharField(  # type: ignore[assignment]  # a field of that name, not DRF's attribute
        required=False,
        allow_null=True,
        max_length=CATEGORY_SLUG_MAX,
        help_text="The slug of the category above; none: at the top.",
    )


class CategoryMoveInput(Input):
    parent = StrictCharField(  # type: ignore[assignment]  # a field of that name, not DRF's attribute
        allow_null=True,
        max_length=CATEGORY_SLUG_MAX,
        help_text="The slug of the category above; null: to the top.",
    )
