"""The acts of fulfilment's pages."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from commerce.fulfilment.models import (
    Allocation,
    CarrierEvent,
    Entitlement,
    FulfilmentOrder,
    FulfilmentOrderLine,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    StockLevel,
    StockLocation,
    StockReservation,
)
from commerce.fulfilment.returns.receive_return import ReceivedUnits
from tests.context.admin.cases import TOKEN, Case, one
from tests.context.admin.rows import NOON, rows_of


def ordered_units(**values: Any) -> FulfilmentOrder:
    (order,) = rows_of(FulfilmentOrder, 1, **values)
    (line,) = rows_of(FulfilmentOrderLine, 1, fulfilment_order_id=order.pk, quantity=3)
    (location,) = rows_of(StockLocation, 1, code="east")
    (level,) = rows_of(StockLevel, 1, sku=line.sku, location_id=location.pk)
    rows_of(Allocation, 1, line_id=line.pk, level_id=level.pk, quantity=3)
    return order


def sent_units() -> FulfilmentOrder:
    order = ordered_units(status="in_progress")
    allocation = Allocation.objects.get(line__fulfilment_order=order)
    Allocation.objects.filter(pk=allocation.pk).update(packed=3)
    (shipment,) = rows_of(
        Shipment, 1, fulfilment_order_id=order.pk, status="delivered", dispatched_at=NOON
    )
    rows_of(ShipmentLine, 1, shipment_id=shipment.pk, allocation_id=allocation.pk, quantity=3)
    return order


def approved_return() -> Return:
    (asked,) = rows_of(Return, 1, status="approved")
    (line,) = rows_of(FulfilmentOrderLine, 1, fulfilment_order_id=asked.fulfilment_order_id)
    rows_of(ReturnLine, 1, rma_id=asked.pk, line_id=line.pk, quantity=2)
    rows_of(StockLocation, 1, code="east")
    return asked


def _line_of(order: FulfilmentOrder) -> Any:
    return order.lines.get().line_id


def _returned(asked: Return) -> Any:
    return asked.lines.get().line.line_id


SHELF = "commerce.fulfilment.admin"
CASES = [
    Case(
        on=FulfilmentOrder,
        act="approve",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.approve_fulfilment_order",
        row=one(FulfilmentOrder, status="on_hold", needs_approval=True),
        wants=lambda order: {"fulfilment_order_id": order.pk},
    ),
    Case(
        on=FulfilmentOrder,
        act="release",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.release_fulfilment_order",
        row=one(FulfilmentOrder, status="on_hold"),
        wants=lambda order: {"fulfilment_order_id": order.pk},
    ),
    Case(
        on=FulfilmentOrder,
        act="hold",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.hold_fulfilment_order",
        row=one(FulfilmentOrder),
        data=lambda _: {"reason": "address looks wrong"},
        wants=lambda order: {"fulfilment_order_id": order.pk, "reason": "address looks wrong"},
    ),
    Case(
        on=FulfilmentOrder,
        act="pack",
        roles={"warehouse"},
        calls=f"{SHELF}.fulfilment_orders.pack_shipment",
        row=ordered_units,
        data=lambda order: {
            "location": "east",
            "weight_g": 900,
            f"units_{_line_of(order).hex}": 2,
        },
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "location": "east",
            "weight_g": 900,
            "reference": TOKEN,
            "units_by_line": {_line_of(order): 2},
        },
        answers=lambda order: SimpleNamespace(pk=order.pk, tracking_number="1Z"),
        audits={"location": "east", "weight_g": 900},
    ),
    Case(
        on=FulfilmentOrder,
        act="cancel_units",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.fulfilment_orders.cancel_units",
        row=ordered_units,
        data=lambda order: {"reason": "broken", f"units_{_line_of(order).hex}": 1},
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "units_by_line": {_line_of(order): 1},
            "reason": "broken",
            "reference": TOKEN,
        },
    ),
    Case(
        on=FulfilmentOrder,
        act="start_return",
        roles={"support"},
        calls=f"{SHELF}.fulfilment_orders.request_return",
        row=sent_units,
        data=lambda order: {"reason": "too small", f"units_{_line_of(order).hex}": 3},
        wants=lambda order: {
            "fulfilment_order_id": order.pk,
            "units_by_line": {_line_of(order): 3},
            "reason": "too small",
            "reference": TOKEN,
        },
    ),
    Case(
        on=Shipment,
        act="dispatch",
        roles={"warehouse"},
        calls=f"{SHELF}.shipments.dispatch_shipment",
        row=one(Shipment),
        wants=lambda shipment: {"shipment_id": shipment.pk},
    ),
    Case(
        on=Return,
        act="approve",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.approve_return",
        row=one(Return),
        wants=lambda asked: {"return_id": asked.pk},
    ),
    Case(
        on=Return,
        act="receive",
        roles={"warehouse"},
        calls=f"{SHELF}.returns.receive_return",
        row=approved_return,
        data=lambda asked: {
            "location": "east",
            f"good_{_returned(asked).hex}": 1,
            f"bad_{_returned(asked).hex}": 1,
        },
        wants=lambda asked: {
            "return_id": asked.pk,
            "location": "east",
            "units_by_line": {_returned(asked): ReceivedUnits(restocked=1, written_off=1)},
        },
        audits={"location": "east"},
    ),
    Case(
        on=Return,
        act="close",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.close_return",
        row=one(Return, status="received"),
        wants=lambda asked: {"return_id": asked.pk},
    ),
    Case(
        on=Return,
        act="reject",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.returns.reject_return",
        row=one(Return),
        data=lambda _: {"reason": "worn"},
        wants=lambda asked: {"return_id": asked.pk, "reason": "worn"},
    ),
    Case(
        on=StockLevel,
        act="adjust",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.adjust_stock",
        row=one(StockLevel, sku="mug", on_hand=5),
        data=lambda _: {
            "quantity": -2,
            "reason": "damaged",
            "note": "fell",
            "expected_on_hand": 5,
        },
        wants=lambda level: {
            "location": level.location.code,
            "sku": "mug",
            "quantity": -2,
            "reason": "damaged",
            "reference": f"adjustment:{TOKEN}",
            "note": "fell",
            "expected_on_hand": 5,
        },
        audits={"quantity": -2, "reason": "damaged"},
    ),
    Case(
        on=StockLevel,
        act="receive",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.receive_stock",
        row=one(StockLevel, sku="mug"),
        data=lambda _: {"units": 12, "delivery": "D-77"},
        wants=lambda _: {},
        answers=lambda _: 1,
        audits={"units": 12, "delivery": "D-77"},
    ),
    Case(
        on=StockReservation,
        act="release",
        roles={"warehouse"},
        calls=f"{SHELF}.stock.release_stock",
        row=one(StockReservation),
        wants=lambda reservation: {"reference": reservation.reference},
    ),
    Case(
        on=Entitlement,
        act="revoke",
        roles={"support"},
        calls=f"{SHELF}.entitlements.revoke_entitlement",
        row=one(Entitlement, valid_from=NOON - dt.timedelta(days=3650)),
        wants=lambda entitlement: {"reference": entitlement.reference},
    ),
    Case(
        on=CarrierEvent,
        act="process_again",
        roles={"warehouse", "support"},
        calls=f"{SHELF}.carriers.process_event_again",
        row=one(CarrierEvent, parked_at=NOON),
        wants=lambda event: {"event_id": event.pk},
        answers=lambda _: SimpleNamespace(processed_at=NOON),
    ),
]
