"""Bodies in and out: strict JSON, bounded, with orjson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from commerce.shared.api.problems import BodyTooLarge, Malformed


class JSONParser(BaseParser):
    """Read at most `settings.API_BODY_LIMIT_BYTES` of strict JSON: no NaN, no lone surrogates."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = getattr((parser_context or {}).get("view"), "body_limit_bytes", None)
        limit = limit or settings.API_BODY_LIMIT_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as failure:
            raise Malformed(f"Not JSON: {failure}") from failure


class JSONRenderer(BaseRenderer):
    """Write JSON. Problems are written by it too; their content type is set by the response."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain)


def _plain(value: object) -> Any:
    """What orjson does not know by itself: DRF's lists and dicts, lazy text, errors."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    return str(value)


__all__ = ["JSONParser", "JSONRenderer", "UnsupportedMediaType"]
