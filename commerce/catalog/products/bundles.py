"""What may stand in a bundle: variants that are sold from stock, and are no bundles themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from commerce.catalog.products.drafts import InvalidField, NewVariant
from commerce.catalog.products.models import BundleComponent, Variant
from commerce.shared.errors import Rejected


class UnknownComponent(Rejected):
    """No variant has this SKU."""

    code = "unknown_component"

    def __init__(self, *, sku: str) -> None:
        super().__init__(f"there is no variant {sku}")
        self.sku = sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A variant that somebody wants to put into a bundle."""

    variant_id: UUID
    is_bundle: bool
    is_gift_card: bool
    is_made_to_order: bool
    is_retired: bool = False

    @classmethod
    def of(cls, variant: NewVariant, *, variant_id: UUID) -> Part:
        return cls(
            variant_id=variant_id,
            is_bundle=bool(variant.components),
            is_gift_card=variant.is_gift_card,
            is_made_to_order=variant.made_to_order_days is not None,
        )


def parts_by_sku(skus: Collection[str]) -> dict[str, Part]:
    """Read them; whoever writes a bundle holds the locks of their products, so that they stay."""
    if not skus:
        return {}
    contents = BundleComponent.objects.filter(bundle=OuterRef("pk"))
    rows = Variant.objects.filter(sku__in=skus).annotate(is_bundle=Exists(contents)).order_by()
    return {
        row.sku: Part(
            variant_id=row.pk,
            is_bundle=row.is_bundle,
            is_gift_card=row.is_gift_card,
            is_made_to_order=row.made_to_order_days is not None,
            is_retired=row.retired_at is not None,
        )
        for row in rows
    }


def check_components(variant: NewVariant, parts: Mapping[str, Part]) -> None:
    """Raises `UnknownComponent`, or `InvalidField` for what cannot be part of a bundle."""
    for component in variant.components:
        part = parts.get(component.sku)
        if part is None:
            raise UnknownComponent(sku=component.sku)
        reasons = {
            "is a bundle itself": part.is_bundle,
            "is a gift card": part.is_gift_card,
            "is made to order": part.is_made_to_order,
            "is retired": part.is_retired,
        }
        for reason, is_so in reasons.items():
            if is_so:
                raise InvalidField(field="components", problem=f"{component.sku} {reason}")
