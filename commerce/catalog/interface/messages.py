"""What catalog says, and what it can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from commerce.catalog.interface.dto import SkuAvailability, UsedPromotion
from commerce.shared.messages import Message
from commerce.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class SetAvailabilityV1(Message):
    """Command: show these coarse states on lists. For each SKU, the newest `as_of` wins.

    Many in one message: a delivery to a warehouse flips thousands at once.
    """

    name: ClassVar[str] = "catalog.set_availability.v1"

    states: list[SkuAvailability]


@dataclass(frozen=True, kw_only=True)
class ProductPublishedV1(Message):
    """A product can be found and bought."""

    name: ClassVar[str] = "catalog.product_published.v1"

    product_id: UUID
    skus: list[str]
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class PriceChangedV1(Message):
    """A variant costs something else from `valid_from`: in a list, or as its base price.

    For each unit from `min_quantity` on.
    """

    name: ClassVar[str] = "catalog.price_changed.v1"

    sku: str
    price: Money
    valid_from: datetime
    price_list: str | None = None
    min_quantity: int = 1


@dataclass(frozen=True, kw_only=True)
class ConfirmRedemptionsV1(Message):
    """Command: what is held under a reference has been paid; it is used for good.

    What is held under it for any other promotion than these is given back. `uses` says with which
    amounts and codes they were paid, where that may be something else than was held last.
    """

    name: ClassVar[str] = "catalog.confirm_redemptions.v1"

    reference: str
    promotion_ids: list[UUID]
    confirmed_at: datetime
    uses: list[UsedPromotion] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReleaseRedemptionsV1(Message):
    """Command: nothing comes of what these references stand for; others may use the promotions."""

    name: ClassVar[str] = "catalog.release_redemptions.v1"

    references: list[str]
    released_at: datetime
