"""Fulfilment, as the rest of the company sees it.

Import as `from commerce.fulfilment.interface import services as fulfilment`. Every function
takes and returns plain data, so this file can become an HTTP client without a caller changing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from commerce.fulfilment.entitlements.check_entitlement import (
    check_entitlement as _check_entitlement,
)
from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import (
    cancel_fulfilment as _cancel_fulfilment,
)
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import canceled_units as _canceled_units
from commerce.fulfilment.interface.dto import (
    Address,
    CanceledFulfilment,
    DeliveryOption,
    Entitlement,
    FulfilmentLine,
    Reservation,
    ReservationState,
    ShipmentSummary,
    StockAvailability,
)
from commerce.fulfilment.interface.errors import (
    AlreadyShipped,
    NotDeliverable,
    OutOfStock,
    ReservationReused,
)
from commerce.fulfilment.interface.messages import (
    FulfilmentCanceledV1,
    FulfilmentRefusedV1,
    FulfilmentRequestedV1,
    GrantEntitlementV1,
    RequestFulfilmentV1,
    ReturnReceivedV1,
    RevokeEntitlementV1,
    ShipmentDeliveredV1,
    ShipmentDispatchedV1,
)
from commerce.fulfilment.inventory.models import StockReservation
from commerce.fulfilment.inventory.queries import availability_of as _availability_of
from commerce.fulfilment.inventory.release_stock import release_stock as _release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock as _reserve_stock
from commerce.fulfilment.shipments.queries import shipments_of as _shipments_of
from commerce.fulfilment.shipments.quote_delivery import quote_delivery as _quote_delivery
from commerce.shared import clock
from commerce.shared.db import published

__all__ = [
    "Address",
    "AlreadyShipped",
    "CanceledFulfilment",
    "DeliveryOption",
    "Entitlement",
    "FulfilmentCanceledV1",
    "FulfilmentLine",
    "FulfilmentRefusedV1",
    "FulfilmentRequestedV1",
    "GrantEntitlementV1",
    "NotDeliverable",
    "OutOfStock",
    "RequestFulfilmentV1",
    "Reservation",
    "ReservationReused",
    "ReservationState",
    "ReturnReceivedV1",
    "RevokeEntitlementV1",
    "ShipmentDeliveredV1",
    "ShipmentDispatchedV1",
    "ShipmentSummary",
    "StockAvailability",
    "availability_of",
    "cancel_fulfilment",
    "check_entitlement",
    "quote_delivery",
    "release_stock",
    "reserve_stock",
    "shipments_of",
]


@published
def reserve_stock(
    *, reference: str, units_by_sku: Mapping[str, int], expires_at: datetime
) -> Reservation:
    """Set aside every line or none, until `expires_at`.

    Asking again with the same `reference` returns the first answer, held until the later of the
    two moments; if that reservation has been released meanwhile, it is made anew or refused.

    Raises:
        OutOfStock: some line has too few units; nothing was set aside.
        ReservationReused: the reference holds other units.
    """
    row = _reserve_stock(
        reference=reference, units_by_sku=units_by_sku, expires_at=expires_at, now=clock.now()
    )
    return _to_reservation(row, units_by_sku)


@published
def release_stock(*, reference: str) -> None:
    """Give back what is still held under a reference; unknown, released or allocated: nothing to do."""
    _release_stock(reference=reference, now=clock.now())


@published
def availability_of(*, skus: Sequence[str]) -> Sequence[StockAvailability]:
    """Tell what could be promised now; a SKU nobody stocks has 0. One SQL statement."""
    return _availability_of(skus=skus, now=clock.now())


@published
def quote_delivery(
    *, country: str, currency: str, weight_g: int, units: int
) -> Sequence[DeliveryOption]:
    """List the ways to deliver, cheapest first. At most one SQL statement.

    Raises:
        NotDeliverable: nothing goes to this country in this currency.
    """
    return _quote_delivery(country=country, currency=currency, weight_g=weight_g, units=units)


@published
def cancel_fulfilment(*, order_id: UUID, reason: str, now: datetime) -> CanceledFulfilment:
    """Stop delivering an order. Asking again gives the same answer.

    An order that fulfilment has not heard of yet is remembered as canceled, so that a late
    request for it delivers nothing.

    Raises:
        AlreadyShipped: a unit has left the warehouse.
    """
    row = _cancel_fulfilment(order_id=order_id, reason=reason, now=now)
    return _to_canceled_fulfilment(row)


@published
def shipments_of(*, order_id: UUID) -> Sequence[ShipmentSummary]:
    """List an order's shipments, oldest first."""
    return _shipments_of(order_id=order_id)


@published
def check_entitlement(*, holder_id: UUID, feature: str, at: datetime) -> Entitlement | None:
    """Give the holder's right to a feature at a moment, or None. One SQL statement."""
    return _check_entitlement(holder_id=holder_id, feature=feature, at=at)


def _to_reservation(row: StockReservation, units_by_sku: Mapping[str, int]) -> Reservation:
    # The units are the caller's own: a reference that holds others has been refused.
    return Reservation(
        reference=row.reference,
        units_by_sku=dict(units_by_sku),
        expires_at=row.expires_at,
        state=ReservationState(row.status),
    )


def _to_canceled_fulfilment(row: FulfilmentOrder) -> CanceledFulfilment:
    return CanceledFulfilment(order_id=row.order_id, units_by_line=_canceled_units(row))
