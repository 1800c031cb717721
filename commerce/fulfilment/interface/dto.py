"""What fulfilment takes and gives: frozen, plain, without a model behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something goes. `country` is ISO 3166-1 alpha-2."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


class ReservationState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    ALLOCATED = "allocated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Stock set aside under the caller's own reference."""

    reference: str
    units_by_sku: Mapping[str, int]
    expires_at: datetime
    state: ReservationState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption:
    """One way to get it there, with its price and how many working days it takes."""

    code: str
    title: str
    price: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAvailability:
    """What could be promised at the moment of asking; only a reservation decides."""

    sku: str
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentLine:
    """One line to deliver. `line_id` is the order line of whoever asks; it comes back in events."""

    line_id: UUID
    sku: str
    quantity: int
    title: str
    needs_approval: bool = False
    is_made_to_order: bool = False
    """It is made once it is sold: no stock is bound to it, and none leaves with it."""
    bundle_id: UUID | None = None
    """The asker's line that this is a part of. Who returns or cancels may name either; parts come
    back as whole bundles, and what breaks a bundle cancels the rest of it."""
    per_bundle: int = 1
    """Of this, in one bundle; `quantity` is for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanceledFulfilment:
    """What will no longer be delivered, by the line ids of the request."""

    order_id: UUID
    units_by_line: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentSummary:
    """A shipment as an order page shows it."""

    shipment_id: UUID
    status: str
    carrier: str
    tracking_number: str
    units_by_line: Mapping[str, int]
    dispatched_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """The right of a holder to use a feature until a time (None: for good)."""

    holder_id: UUID
    feature: str
    valid_from: datetime
    valid_until: datetime | None
