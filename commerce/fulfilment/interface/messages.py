"""What fulfilment says, and what it can be told. Units are keyed by the asker's own line ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from commerce.fulfilment.interface.dto import Address, FulfilmentLine
from commerce.shared.messages import Message

# Commands.


@dataclass(frozen=True, kw_only=True)
class RequestFulfilmentV1(Message):
    """Command: deliver these lines. Repeating it for the same `order_id` changes nothing."""

    name: ClassVar[str] = "fulfilment.request_fulfilment.v1"

    order_id: UUID
    order_number: str
    reservation_reference: str
    lines: list[FulfilmentLine]
    ship_to: Address
    delivery_option: str
    email: str
    requested_at: datetime
    user_id: UUID | None = None
    """The customer's user, who may see the shipment and ask for a return."""
    secret_hash: str = ""
    """Hash of the guest's secret, with the same right."""


@dataclass(frozen=True, kw_only=True)
class GrantEntitlementV1(Message):
    """Command: the holder may use the feature until then. The latest `valid_until` per reference wins."""

    name: ClassVar[str] = "fulfilment.grant_entitlement.v1"

    reference: str
    """The grant's own name, for example the subscription; a later grant extends the same one."""
    holder_id: UUID
    feature: str
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class RevokeEntitlementV1(Message):
    """Command: the right ends at `revoked_at`."""

    name: ClassVar[str] = "fulfilment.revoke_entitlement.v1"

    reference: str
    revoked_at: datetime


# Events.


@dataclass(frozen=True, kw_only=True)
class FulfilmentRequestedV1(Message):
    """The warehouse has taken the order on."""

    name: ClassVar[str] = "fulfilment.fulfilment_requested.v1"

    fulfilment_order_id: UUID
    order_id: UUID
    is_on_hold: bool


@dataclass(frozen=True, kw_only=True)
class FulfilmentRefusedV1(Message):
    """Nothing of it can be delivered: the stock was gone before the money arrived."""

    name: ClassVar[str] = "fulfilment.fulfilment_refused.v1"

    order_id: UUID
    reason: str
    refused_at: datetime


@dataclass(frozen=True, kw_only=True)
class FulfilmentCanceledV1(Message):
    """These units will not be delivered; the warehouse or a reviewer decided so."""

    name: ClassVar[str] = "fulfilment.fulfilment_canceled.v1"

    order_id: UUID
    units_by_line: Mapping[str, int]
    reason: str
    canceled_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShipmentDispatchedV1(Message):
    """A carrier has taken over every unit listed."""

    name: ClassVar[str] = "fulfilment.shipment_dispatched.v1"

    shipment_id: UUID
    order_id: UUID
    units_by_line: Mapping[str, int]
    carrier: str
    tracking_number: str
    dispatched_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShipmentDeliveredV1(Message):
    """The carrier says it was handed over."""

    name: ClassVar[str] = "fulfilment.shipment_delivered.v1"

    shipment_id: UUID
    order_id: UUID
    delivered_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReturnReceivedV1(Message):
    """These units came back and were accepted."""

    name: ClassVar[str] = "fulfilment.return_received.v1"

    return_id: UUID
    order_id: UUID
    units_by_line: Mapping[str, int]
    reason: str
    received_at: datetime
