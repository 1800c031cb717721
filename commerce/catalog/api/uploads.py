"""Files in: one multipart body, bounded before it is read, every part known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.parsers import DataAndFiles, MultiPartParser
from rest_framework.request import Request

from commerce.catalog.media.pictures import BYTES_MAX
from commerce.shared.api.problems import BodyTooLarge

# Room for the boundaries, the names and the text beside a picture of the largest size.
_LIMIT_BYTES: Final = BYTES_MAX + 64 * 1024


class UploadParser(MultiPartParser):
    """Read multipart/form-data of a picture's size; what is longer is refused by its length."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > _LIMIT_BYTES:
            raise BodyTooLarge
        return super().parse(stream, media_type, parser_context)


def parts_of(request: Request) -> dict[str, Any]:
    """Give each part of the body once.

    Raises:
        serializers.ValidationError: a part came twice; taking one of them would be a guess.
    """
    data = request.data
    if not isinstance(data, MultiValueDict):
        return dict(data)
    for name, values in data.lists():
        if len(values) > 1:
            raise serializers.ValidationError({name: ["Only once."]})
    return {name: data[name] for name in data}
