"""What catalog takes and gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Prices for lines at a moment, in the order they were asked for. Not stored by catalog."""

    currency: str
    lines: Sequence[QuotedLine]
    total: Money
    quoted_at: datetime


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
