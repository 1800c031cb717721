"""Bodies: strict JSON in, JSON out."""

from __future__ import annotations

import io
from types import SimpleNamespace

import orjson
import pytest
from django.utils.translation import gettext_lazy

from commerce.shared.api.parsing import JSONParser, JSONRenderer
from commerce.shared.api.problems import BodyTooLarge, Malformed


def parse(body: bytes, limit: int | None = None):
    view = SimpleNamespace(body_limit_bytes=limit)
    return JSONParser().parse(io.BytesIO(body), parser_context={"view": view})


class TestParser:
    def test_reads_json(self):
        assert parse(b'{"a": [1, "x", null]}') == {"a": [1, "x", None]}

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"NaN", b"[Infinity]", b"{'a': 1}", b'{"a": 1,}', b'"\xff"', b'"\\ud800"', b"[" * 100_000],
    )  # fmt: skip
    def test_refuses_everything_else(self, body):
        with pytest.raises(Malformed):
            parse(body)

    def test_stops_reading_where_the_endpoint_stops(self):
        assert parse(b'"12345678"', limit=10) == "12345678"
        with pytest.raises(BodyTooLarge):
            parse(b'"123456789"', limit=10)

    def test_stops_reading_at_the_shops_limit(self, settings):
        with pytest.raises(BodyTooLarge):
            parse(b'"' + b"x" * settings.API_BODY_LIMIT_BYTES + b'"')


class TestRenderer:
    def test_writes_what_djangos_values_mean(self):
        body = JSONRenderer().render({"lazy": gettext_lazy("text"), "tuple": (1, 2)})

        assert orjson.loads(body) == {"lazy": "text", "tuple": [1, 2]}

    def test_writes_nothing_for_nothing(self):
        assert JSONRenderer().render(None) == b""
