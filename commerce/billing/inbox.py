"""What billing hears from other contexts. Each receiver makes one call into a use case."""

from __future__ import annotations

from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.record_canceled_units import record_canceled_units
from commerce.billing.orders.record_delivery import record_delivery
from commerce.billing.orders.record_shipment import record_shipment
from commerce.billing.orders.settle_return import settle_return
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared import clock
from commerce.shared.inbox import receives


@receives(fulfilment.FulfilmentRefusedV1)
def on_fulfilment_refused(message: fulfilment.FulfilmentRefusedV1) -> None:
    cancel_order(order_id=message.order_id, reason="fulfilment_refused", now=clock.now())


@receives(fulfilment.FulfilmentCanceledV1)
def on_fulfilment_canceled(message: fulfilment.FulfilmentCanceledV1) -> None:
    record_canceled_units(
        order_id=message.order_id,
        units_by_line=message.units_by_line,
        reason=message.reason,
        canceled_at=message.canceled_at,
        now=clock.now(),
    )


@receives(fulfilment.ShipmentDispatchedV1)
def on_shipment_dispatched(message: fulfilment.ShipmentDispatchedV1) -> None:
    record_shipment(
        order_id=message.order_id,
        shipment_id=message.shipment_id,
        units_by_line=message.units_by_line,
        carrier=message.carrier,
        tracking_number=message.tracking_number,
        at=message.dispatched_at,
    )


@receives(fulfilment.ShipmentDeliveredV1)
def on_shipment_delivered(message: fulfilment.ShipmentDeliveredV1) -> None:
    record_delivery(
        order_id=message.order_id, shipment_id=message.shipment_id, at=message.delivered_at
    )


@receives(fulfilment.ReturnReceivedV1)
def on_return_received(message: fulfilment.ReturnReceivedV1) -> None:
    settle_return(
        order_id=message.order_id,
        return_id=message.return_id,
        units_by_line=message.units_by_line,
        reason=message.reason,
        received_at=message.received_at,
        now=clock.now(),
    )
