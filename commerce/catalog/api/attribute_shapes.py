"""Product types, attributes and their values as clients send and get them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.attributes.models import AttributeKind
from commerce.catalog.attributes.values import TEXT_MAX
from commerce.catalog.products.drafts import AttributeValue
from commerce.shared.api.serializers import Output


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


class AttributeValueOutput(Output):
    """What a product or a variant states about itself, ready to be shown."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AttributeKind.values)
    value = AttributeValueField(help_text="A date as text, a choice as its code.")
    label = serializers.CharField(allow_null=True, help_text="Of a choice.")  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    unit = serializers.CharField(allow_null=True, help_text="Of a number.")
