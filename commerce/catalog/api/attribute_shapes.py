"""Product types, attributes and their values as clients send and get them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.attributes import drafts
from commerce.catalog.attributes.drafts import NewChoice, NewTypeAttribute
from commerce.catalog.attributes.models import AttributeKind, AttributeScope, ReferenceTo
from commerce.catalog.attributes.values import TEXT_MAX
from commerce.catalog.products.drafts import AttributeValue
from commerce.shared.api.serializers import (
    Input,
    Output,
    PageOutput,
    StrictBooleanField,
    StrictCharField,
    many,
)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": TEXT_MAX},
            {"type": "number"},
            {"type": "boolean"},
        ]
    }
)
class AttributeValueField(serializers.Field[AttributeValue, Any, Any, Any]):
    """A JSON text, number or boolean; what its attribute asks for is checked by the use case."""

    default_error_messages = {"invalid": "A text, a number, true or false."}

    def to_internal_value(self, data: Any) -> AttributeValue:
        if not isinstance(data, str | int | float | bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class AttributesField(serializers.DictField):
    """By code: `{"color": "red", "length_cm": 12.5}`."""

    child = AttributeValueField()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Values by the codes of the attributes its type has.")
        super().__init__(**kwargs)


class AttributeValueOutput(Output):
    """What a product or a variant states about itself, ready to be shown."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AttributeKind.values)
    value = AttributeValueField(help_text="A date as text, a choice as its code.")
    label = serializers.CharField(allow_null=True, help_text="Of a choice.")  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    unit = serializers.CharField(allow_null=True, help_text="Of a number.")


class ChoiceOutput(Output):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    translations = serializers.DictField(child=serializers.CharField())


class AttributeOutput(Output):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AttributeKind.values)
    unit = serializers.CharField(allow_blank=True, help_text="Of a number.")
    reference_to = serializers.CharField(
        allow_blank=True, help_text="Of a reference: the kind of thing it points at."
    )
    is_filterable = serializers.BooleanField()
    translations = serializers.DictField(
        child=serializers.CharField(), help_text="Its name by locale."
    )
    choices = ChoiceOutput(many=True, help_text="Of a choice, in the order they are shown.")


class AttributePageOutput(PageOutput):
    data = many(AttributeOutput)


class TypeAttributeOutput(Output):
    attribute = serializers.CharField(help_text="Its code.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AttributeKind.values)
    scope = serializers.ChoiceField(choices=AttributeScope.values)
    is_required = serializers.BooleanField()


class ProductTypeOutput(Output):
    code = serializers.CharField()
    name = serializers.CharField()
    attributes = TypeAttributeOutput(many=True, help_text="In the order they are shown.")


class ProductTypePageOutput(PageOutput):
    data = many(ProductTypeOutput)


# In.


class WordsByLocaleField(serializers.DictField):
    child = StrictCharField(max_length=drafts.NAME_MAX)


class ChoiceInput(Input):
    code = StrictCharField(max_length=40)
    label = StrictCharField(max_length=drafts.NAME_MAX)  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    translations = WordsByLocaleField(required=False)

    def to_internal_value(self, data: Any) -> NewChoice:
        return NewChoice(**super().to_internal_value(data))


class AttributeInput(Input):
    code = StrictCharField(max_length=40, help_text="Its name in filters; never changes.")
    name = StrictCharField(max_length=drafts.NAME_MAX, help_text="As shoppers read it.")
    kind = serializers.ChoiceField(choices=AttributeKind.values, help_text="Never changes.")
    unit = StrictCharField(required=False, allow_blank=True, max_length=drafts.UNIT_MAX)
    reference_to = serializers.ChoiceField(
        required=False, choices=ReferenceTo.values, help_text="Of a reference. Never changes."
    )
    is_filterable = StrictBooleanField(required=False)
    translations = WordsByLocaleField(required=False)
    choices = serializers.ListField(
        required=False, child=ChoiceInput(), max_length=drafts.CHOICES_MAX
    )


class AttributeChangesInput(Input):
    """What is not sent stays; `translations` and `choices` are complete new ones."""

    name = StrictCharField(required=False, max_length=drafts.NAME_MAX)
    unit = StrictCharField(required=False, allow_blank=True, max_length=drafts.UNIT_MAX)
    is_filterable = StrictBooleanField(required=False)
    translations = WordsByLocaleField(required=False)
    choices = serializers.ListField(
        required=False,
        child=ChoiceInput(),
        max_length=drafts.CHOICES_MAX,
        help_text="None that is there may be missing: products may have chosen it.",
    )


class TypeAttributeInput(Input):
    attribute = StrictCharField(max_length=40, help_text="Its code.")
    scope = serializers.ChoiceField(
        required=False,
        choices=AttributeScope.values,
        help_text="Who states it: the product, or each variant.",
    )
    is_required = StrictBooleanField(
        required=False, help_text="Nothing without it can be published."
    )

    def to_internal_value(self, data: Any) -> NewTypeAttribute:
        return NewTypeAttribute(**super().to_internal_value(data))


class ProductTypeInput(Input):
    code = StrictCharField(max_length=40, help_text="Never changes.")
    name = StrictCharField(max_length=drafts.NAME_MAX)
    attributes = serializers.ListField(
        required=False, child=TypeAttributeInput(), max_length=drafts.ATTRIBUTES_MAX
    )


class ProductTypeChangesInput(Input):
    """What is not sent stays; `attributes` is the complete list, in the order shown."""

    name = StrictCharField(required=False, max_length=drafts.NAME_MAX)
    attributes = serializers.ListField(
        required=False, child=TypeAttributeInput(), max_length=drafts.ATTRIBUTES_MAX
    )
