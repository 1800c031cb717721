"""What catalog takes and gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.shared.money import Money


class PlanKind(StrEnum):
    """What a subscriber gets each period."""

    GOODS = "goods"
    ACCESS = "access"


class IntervalUnit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """What is asked for: units of a variant, or of a plan, named by exactly one of the two."""

    quantity: int
    sku: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """Recurring terms as they are now; a subscription copies them and keeps them."""

    plan_id: UUID
    code: str
    version: int
    title: str
    kind: PlanKind
    interval_unit: IntervalUnit
    interval_count: int
    trial_days: int
    sku: str | None = None
    """The variant delivered each period, for goods."""
    feature: str | None = None
    """The entitlement granted for each period, for access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDiscount:
    """What one promotion takes off a line; those of a line add up to its `discount`."""

    promotion_id: UUID
    title: str
    amount: Money
    code: str | None = None
    """The coupon code that brought it, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What is delivered for one unit of a bundle: `quantity` units of another variant."""

    sku: str
    variant_id: UUID
    title: str
    quantity: int
    requires_shipping: bool
    needs_approval: bool = False
    weight_g: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Access that one unit of a digital variant gives, once it is paid."""

    feature: str
    days: int | None = None
    """How long; None: for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """One line with its price at the moment of the quote. `total` = unit price × quantity − discount.

    For a plan, the price is that of one period, and `sku` is the variant delivered, if any.
    """

    title: str
    quantity: int
    unit_price: Money
    discount: Money
    total: Money
    tax_category: str
    requires_shipping: bool
    needs_approval: bool
    weight_g: int
    sku: str | None = None
    variant_id: UUID | None = None
    plan: PlanTerms | None = None
    compare_at: Money | None = None
    """The regular price a sale price is shown beside."""
    discounts: Sequence[LineDiscount] = ()
    is_gift: bool = False
    """A promotion has added it; nobody asked for it, and it comes after what was asked for."""
    components: Sequence[Component] = ()
    """Of a bundle: these are held and delivered, not the bundle's own SKU."""
    grants: Sequence[Grant] = ()
    """Of a digital variant."""
    made_to_order_days: int | None = None
    """It is made once it is sold, in so many days: no stock is held for it."""
    is_gift_card: bool = False
    """Its buyer gets a code worth its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPromotion:
    """A promotion that has changed this quote, and by how much: what is held and confirmed."""

    promotion_id: UUID
    title: str
    amount: Money
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPromotion:
    """A promotion that was considered and changes nothing, and why, in words for a customer."""

    title: str
    reason: str
    """Stable: `not_applicable`, `minimum_not_reached`, `outdone_by_another`, …"""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPromotion:
    """What is taken off delivery, as far as it is known before delivery has a price.

    `discount_delivery` works it out: exactly one of the three is set.
    """

    promotion_id: UUID
    title: str
    code: str | None = None
    percent: Decimal | None = None
    amount: Money | None = None
    price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Prices for lines at a moment, in the order they were asked for. Not stored by catalog."""

    currency: str
    lines: Sequence[QuotedLine]
    total: Money
    quoted_at: datetime
    market: str | None = None
    """The code of the market the prices are of; None where no market has this currency."""
    prices_include_tax: bool = False
    """Whether the amounts are gross: tax is then a part of them, and not added."""
    promotions: Sequence[UsedPromotion] = ()
    """Those of the lines; what delivery promotions take off is known to `discount_delivery`."""
    delivery_promotions: Sequence[DeliveryPromotion] = ()
    refused_promotions: Sequence[RefusedPromotion] = ()


class Availability(StrEnum):
    """A hint for browsing; only a reservation decides."""

    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuAvailability:
    """The coarse state of one SKU, and when it was true."""

    sku: str
    availability: Availability
    as_of: datetime
