"""The header by which staff say which version of a thing they have read and mean to change."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter

# The version alone, or as a product's document has it, with a digest.
IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^("[0-9]{1,9}(\\.[0-9a-f]{8})?"|\\*)$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag you read; `*` takes any version.",
)
STALE: Final = {412: "It has changed since you read it.", 428: "If-Match is missing."}
