"""The words of an evaluation: what may apply, to what, for whom, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from commerce.catalog.promotions.effects import Left, Part
from commerce.catalog.promotions.terms import Lane, Terms
from commerce.shared.money import Money


class Reason(StrEnum):
    """Why a promotion changes nothing. Stable: clients branch on them."""

    NOT_YET = "not_yet"
    ENDED = "ended"
    DISABLED = "disabled"
    LIMIT_REACHED = "limit_reached"
    CUSTOMER_LIMIT_REACHED = "limit_per_customer_reached"
    BUDGET_SPENT = "budget_spent"
    OTHER_CURRENCY = "other_currency"
    OTHER_MARKET = "other_market"
    OTHER_CUSTOMERS = "not_for_this_customer"
    NOT_FIRST_ORDER = "not_first_order"
    FIRST_ORDER_UNKNOWN = "first_order_unknown"
    NOT_APPLICABLE = "not_applicable"
    MINIMUM_NOT_REACHED = "minimum_not_reached"
    GIFT_NOT_AVAILABLE = "gift_not_available"
    OUTDONE = "outdone_by_another"
    STOPPED = "stopped_by_another"
    USED_ALREADY = "used_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a promotion has to know of a quoted line."""

    quantity: int
    total: Money
    sku: str | None = None
    plan: str | None = None
    product_id: UUID | None = None
    categories: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    is_promotable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A promotion that might apply; `refusal` where its dates or limits have said no already."""

    promotion_id: UUID
    title: str
    lane: Lane
    terms: Terms
    priority: int = 0
    group: str = ""
    stops_lane: bool = False
    currency: str | None = None
    code: str | None = None
    budget_left: Money | None = None
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who asks, from where, and when."""

    currency: str
    at: datetime
    market: str | None = None
    customer_group: str = ""
    is_first_order: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A promotion that changes the quote: parts of lines, or a gift. `lines` is what it found."""

    candidate: Candidate
    parts: Sequence[Part]
    lines: Sequence[Left]
    worth: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A promotion that changes nothing."""

    candidate: Candidate
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that was found out, in the order in which it was."""

    applied: Sequence[Applied]
    delivery: Sequence[Candidate]
    """They apply; what they take off is known once delivery has a price (delivery.py)."""
    refused: Sequence[Refused]
