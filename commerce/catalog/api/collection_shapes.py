"""Collections, as clients send and get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.api.media_shapes import TranslationsField
from commerce.catalog.collections.drafts import PRODUCTS_MAX, PUBLICATIONS_MAX
from commerce.catalog.collections.models import (
    DESCRIPTION_MAX,
    SLUG_MAX,
    TITLE_MAX,
    CollectionKind,
    Matching,
)
from commerce.catalog.collections.rules import RULES_MAX
from commerce.shared.api.serializers import (
    Input,
    Output,
    PageOutput,
    PublicIdField,
    StrictBooleanField,
    StrictCharField,
    many,
)

_RULES = (
    '`{"field": "brand", "in": ["Nordic"]}`; also `category`, `product_type`, `availability` and '
    '`attributes.…`. `{"field": "price", "currency": "USD", "gte": 1000, "lte": 2500}`; also '
    "`published_at` and `attributes.…`, without a currency."
)


@extend_schema_field({"type": "object", "additionalProperties": True})
class RuleField(serializers.Field[Mapping[str, Any], Any, Any, Any]):
    """A rule; what stands in it is checked by the use case."""

    default_error_messages = {"invalid": "An object with a field."}

    def to_internal_value(self, data: Any) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value


# Out.


class WindowOutput(Output):
    market = serializers.CharField(help_text="Its code.")
    published_from = serializers.DateTimeField(allow_null=True)
    published_until = serializers.DateTimeField(allow_null=True)


class CollectionSummaryOutput(Output):
    id = serializers.CharField(help_text="`col_…`")
    slug = serializers.CharField(help_text="What `filter[collection]` of products takes.")
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=CollectionKind.values)
    is_published = serializers.BooleanField()


class CollectionOutput(CollectionSummaryOutput):
    """A collection. What comes after `is_published` is for staff of the catalog."""

    translations = TranslationsField(required=False)
    publications = WindowOutput(
        required=False, many=True, help_text="Where and when it is shown; none: everywhere."
    )
    matching = serializers.ChoiceField(required=False, choices=Matching.values)
    rules = serializers.ListField(required=False, child=RuleField(), help_text=_RULES)
    is_evaluating = serializers.BooleanField(
        required=False, help_text="Its rules are just being put to every product."
    )
    products = serializers.ListField(
        required=False,
        child=serializers.CharField(),
        help_text="`prod_…`, in the order they were put in by hand; empty where rules find them.",
    )


class CollectionPageOutput(PageOutput):
    data = many(CollectionSummaryOutput)


# In.


class WindowInput(Input):
    market = StrictCharField(max_length=40, help_text="Its code.")
    published_from = serializers.DateTimeField(
        required=False, allow_null=True, help_text="From the beginning, where it is missing."
    )
    published_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Exclusive; for good, where it is missing."
    )


class CollectionChangesInput(Input):
    """What is not sent stays; each list is the complete new one."""

    title = StrictCharField(required=False, max_length=TITLE_MAX)
    description = StrictCharField(required=False, allow_blank=True, max_length=DESCRIPTION_MAX)
    translations = TranslationsField(
        required=False, help_text='`{"de": {"title": "…", "description": "…"}}`'
    )
    is_published = StrictBooleanField(required=False)
    publications = serializers.ListField(
        required=False,
        child=WindowInput(),
        max_length=PUBLICATIONS_MAX,
        help_text="None: in every market.",
    )
    products = serializers.ListField(
        required=False,
        child=PublicIdField("prod"),
        max_length=PRODUCTS_MAX,
        help_text="`prod_…`, in the order they are shown in; for a manual collection.",
    )
    matching = serializers.ChoiceField(required=False, choices=Matching.values)
    rules = serializers.ListField(
        required=False, child=RuleField(), max_length=RULES_MAX, help_text=_RULES
    )


class CollectionInput(CollectionChangesInput):
    slug = StrictCharField(max_length=SLUG_MAX)
    kind = serializers.ChoiceField(choices=CollectionKind.values)
    title = StrictCharField(max_length=TITLE_MAX)
