"""What endpoints say about changing only what one has read."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter

# The version alone, or as a list's or page's document has it, with a digest.
IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^("[0-9]{1,9}(\\.[0-9a-f]{8})?"|\\*)$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag you read; `*` takes any version.",
)
STALE: Final = {412: "It has changed since you read it.", 428: "If-Match is missing."}
