"""Input that is checked to the last field, and the few fields that every context needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.shared import ids
from commerce.shared.money import EXPONENTS, Money

# What a BIGINT column holds.
LARGEST_MINOR = 2**63 - 1


class Input(serializers.Serializer[Any]):
    """A request body. Unknown fields are refused: a typo must never be silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {
                str(name): ["This field is not known here."] for name in data.keys() - self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown, code="unknown_field")
        return super().to_internal_value(data)


class Output(serializers.Serializer[Any]):
    """The shape of an answer, for the OpenAPI description; hot paths build the dict themselves."""


def many(item: type[Output], **options: Any) -> Any:
    """A list of these, as a field. Loosely typed: `data`, its usual name, is also DRF's own."""
    return item(many=True, **options)


class PageOutput(Output):
    """One page of a list; whoever inherits says what is in its `data`: `many(ItemOutput)`."""

    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class StrictIntegerField(serializers.IntegerField):
    """A JSON number without a fraction. DRF's own also takes "2", 2.0 and true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`. DRF's own also takes "yes", "t", 1 and more."""

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return data


class StrictCharField(serializers.CharField):
    """A JSON string. DRF's own also takes numbers."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CurrencyField(serializers.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "ISO 4217 code.")
        super().__init__(choices=sorted(EXPONENTS), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in EXPONENTS:
            self.fail("invalid_choice", input=data)
        return data


class MoneyInput(Input):
    """`{"amount": 1999, "currency": "USD"}`, in minor units; validated data is `Money`."""

    amount = StrictIntegerField(
        min_value=0, max_value=LARGEST_MINOR, help_text="In minor units of `currency`."
    )
    currency = CurrencyField()

    def to_internal_value(self, data: Any) -> Money:
        value = super().to_internal_value(data)
        return Money(value["amount"], value["currency"])


class MoneyOutput(Output):
    amount = serializers.IntegerField(help_text="In minor units of `currency`.")
    currency = serializers.CharField(help_text="ISO 4217 code.")


@extend_schema_field(OpenApiTypes.STR)
class PublicIdField(serializers.Field[Any, str, str, Any]):
    """A prefixed id in a body: `PublicIdField("ord")`; validated data is the UUID."""

    default_error_messages = {"invalid": "Not an id of this kind."}

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return ids.decode(self.prefix, data)
        except (ids.InvalidId, AttributeError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.prefix, value)


def read[T: Input](serializer: type[T], data: Any) -> dict[str, Any]:
    """Validate a body or a query; a refusal names every field that is wrong.

    Raises:
        serializers.ValidationError: 422 `validation_failed`.
    """
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    values: dict[str, Any] = checked.validated_data
    return values
