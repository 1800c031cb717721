"""Fields that several bodies of fulfilment share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from commerce.shared.api.serializers import (
    Input,
    PublicIdField,
    StrictCharField,
    StrictIntegerField,
)

# More than any parcel or delivery brings; a bound keeps sums far from what a column holds.
UNITS_MAX = 1_000_000


class NoBody(Input):
    """Nothing is to be said, and so nothing is accepted."""


class ReasonInput(Input):
    reason = StrictCharField(max_length=200)


class LineInput(Input):
    line = PublicIdField("ol", help_text="The order line, `ol_…`.")
    quantity = StrictIntegerField(min_value=1, max_value=UNITS_MAX)


def each_line_once(lines: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a list that names a line twice: what is meant cannot be known."""
    seen: set[UUID] = set()
    for line in lines:
        if line["line"] in seen:
            raise serializers.ValidationError("A line is named twice.", code="line_twice")
        seen.add(line["line"])


def units_by_line(lines: Iterable[Mapping[str, Any]]) -> dict[UUID, int]:
    return {line["line"]: line["quantity"] for line in lines}
