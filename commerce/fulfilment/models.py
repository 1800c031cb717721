"""Index of fulfilment's tables."""

from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.fulfilment_orders.models import (
    Allocation,
    FulfilmentOrder,
    FulfilmentOrderLine,
    StaffCancellation,
)
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.inventory.models import (
    ShownAvailability,
    StockLevel,
    StockLocation,
    StockMovement,
    StockReservation,
    StockReservationLine,
)
from commerce.fulfilment.outbox import OutboxMessage
from commerce.fulfilment.returns.models import Return, ReturnLine
from commerce.fulfilment.shipments.models import (
    DeliveryRate,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)

__all__ = [
    "Allocation",
    "CarrierEvent",
    "DeliveryRate",
    "Entitlement",
    "FulfilmentOrder",
    "FulfilmentOrderLine",
    "IdempotencyRecord",
    "OutboxMessage",
    "Return",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "ShownAvailability",
    "StaffCancellation",
    "StockLevel",
    "StockLocation",
    "StockMovement",
    "StockReservation",
    "StockReservationLine",
    "TrackingEvent",
]
