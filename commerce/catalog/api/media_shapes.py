"""Media, as clients send and get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commerce.catalog.media.models import ALT_MAX, MediaKind
from commerce.shared.api.serializers import (
    Input,
    Output,
    PageOutput,
    PublicIdField,
    StrictCharField,
    StrictIntegerField,
    many,
)


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
    }
)
class TranslationsField(serializers.Field[dict[str, dict[str, str]], Any, Any, Any]):
    """`{"de": {"title": "Tassen"}}`; the locales and texts are checked by the use case."""

    default_error_messages = {"invalid": "An object of locales, each an object of texts."}

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str]]:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        for texts in data.values():
            if not isinstance(texts, Mapping) or not all(
                isinstance(text, str) for text in texts.values()
            ):
                self.fail("invalid")
        return {locale: dict(texts) for locale, texts in data.items()}

    def to_representation(self, value: Any) -> Any:
        return value


class MediaSizeOutput(Output):
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class MediaOutput(MediaSizeOutput):
    """A picture; `url` is the largest there is."""

    id = serializers.CharField(help_text="`med_…`")
    kind = serializers.ChoiceField(choices=MediaKind.values)
    variant = serializers.CharField(
        allow_null=True, help_text="`var_…`, where it shows only that variant."
    )
    alt = serializers.CharField(allow_blank=True, help_text="Said instead of shown.")
    sizes = MediaSizeOutput(many=True, help_text="Smaller ones, from small to large.")


class StaffMediaOutput(MediaOutput):
    position = serializers.IntegerField()
    translations = TranslationsField()


class MediaPageOutput(PageOutput):
    data = many(StaffMediaOutput)


class MediaUploadInput(Input):
    file = serializers.FileField(help_text="A JPEG, PNG or WebP of at most 10 MiB.")
    alt = StrictCharField(required=False, allow_blank=True, max_length=ALT_MAX)
    variant = PublicIdField("var", required=False, help_text="`var_…`, if it shows only that one.")


class MediaChangesInput(Input):
    """What is not sent stays. `translations` are the complete new ones."""

    alt = StrictCharField(required=False, allow_blank=True, max_length=ALT_MAX)
    translations = TranslationsField(required=False, help_text='`{"de": {"alt": "…"}}`')
    position = StrictIntegerField(
        required=False, min_value=0, max_value=10_000, help_text="Counted from 0."
    )
