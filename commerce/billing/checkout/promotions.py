"""What promotions do to a checkout, kept with it as plain data: what it was shown can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.catalog.interface.services import (
    DeliveryPromotion,
    LineDiscount,
    Quote,
    RefusedPromotion,
    UsedPromotion,
)
from commerce.shared import ids
from commerce.shared.codec import from_plain, to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotions:
    """Those of the lines, those of the delivery, what they take off it, and those that do nothing."""

    used: tuple[UsedPromotion, ...] = ()
    delivery: tuple[DeliveryPromotion, ...] = ()
    delivery_discounts: tuple[LineDiscount, ...] = ()
    refused: tuple[RefusedPromotion, ...] = ()

    @property
    def uses(self) -> list[UsedPromotion]:
        """All that take something off: what is held, then confirmed."""
        return [
            *self.used,
            *(
                UsedPromotion(
                    promotion_id=discount.promotion_id,
                    title=discount.title,
                    amount=discount.amount,
                    code=discount.code,
                )
                for discount in self.delivery_discounts
            ),
        ]

    def to_plain(self) -> dict[str, Any]:
        """Leave out what is empty: most checkouts know no promotion."""
        return {name: items for name, items in to_plain(self).items() if items}


def redemption_reference(checkout_id: UUID) -> str:
    """Name what the catalog holds for a checkout; its staff reads it, so it is the public id."""
    return ids.encode("chk", checkout_id)


def promotions_of(quote: Quote, *, delivery_discounts: tuple[LineDiscount, ...]) -> Promotions:
    return Promotions(
        used=tuple(quote.promotions),
        delivery=tuple(quote.delivery_promotions),
        delivery_discounts=delivery_discounts,
        refused=tuple(quote.refused_promotions),
    )


def promotions_in(stored: Mapping[str, Any]) -> Promotions:
    return from_plain(Promotions, stored)
