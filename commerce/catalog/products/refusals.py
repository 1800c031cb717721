"""Refusals that several use cases of products share."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.shared.errors import Conflict


class SlugTaken(Conflict):
    """Another product has this slug."""

    code = "slug_taken"

    def __init__(self, *, slug: str) -> None:
        super().__init__(f"another product has the slug {slug}")
        self.slug = slug


class SkuTaken(Conflict):
    """Another product has this SKU."""

    code = "sku_taken"

    def __init__(self, *, sku: str) -> None:
        super().__init__(f"another product has the SKU {sku}")
        self.sku = sku


class MissingAttributes(Conflict):
    """What is for sale states everything that its type requires."""

    code = "missing_attributes"

    def __init__(self, *, attributes: Sequence[str]) -> None:
        super().__init__(f"its type requires {', '.join(attributes)}")
        self.attributes = list(attributes)
