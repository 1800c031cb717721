"""The shapes fulfilment answers in: each with the function that makes it and its description."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder, FulfilmentOrderLine
from commerce.fulfilment.inventory.models import StockLevel
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared import ids
from commerce.shared.api.serializers import Output

# Stock.


class StockLevelOutput(Output):
    sku = serializers.CharField()
    location = serializers.CharField(help_text="The location's code.")
    on_hand = serializers.IntegerField(help_text="Units on the shelf.")
    reserved = serializers.IntegerField(help_text="Of these, held for checkouts.")
    allocated = serializers.IntegerField(help_text="Of these, bound to fulfilment orders.")
    available = serializers.IntegerField(help_text="What is left to promise.")


def stock_level(row: StockLevel) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "location": row.location.code,
        "on_hand": row.on_hand,
        "reserved": row.reserved,
        "allocated": row.allocated,
        "available": row.available,
    }


# Fulfilment orders.


class AllocationOutput(Output):
    location = serializers.CharField()
    quantity = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Still to be packed.")
    packed = serializers.IntegerField(help_text="In a parcel, which may have left.")
    canceled = serializers.IntegerField()


class FulfilmentOrderLineOutput(Output):
    line = serializers.CharField(help_text="The order line, `ol_…`.")
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    needs_approval = serializers.BooleanField()
    is_made_to_order = serializers.BooleanField(help_text="No stock is bound to it.")
    bundle = serializers.CharField(
        allow_null=True, help_text="The order line `ol_…` of the bundle that it is a part of."
    )
    allocations = AllocationOutput(many=True)


class AddressOutput(Output):
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField(allow_blank=True)
    city = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    phone = serializers.CharField(allow_blank=True)


class FulfilmentOrderOutput(Output):
    id = serializers.CharField(help_text="`fo_…`")
    order = serializers.CharField(help_text="`ord_…`")
    order_number = serializers.CharField(help_text="For people.")
    status = serializers.ChoiceField(choices=FulfilmentOrder.Status.values)
    needs_approval = serializers.BooleanField()
    hold_reason = serializers.CharField(allow_null=True)
    cancel_reason = serializers.CharField(allow_null=True)
    delivery_option = serializers.CharField()
    ship_to = AddressOutput(allow_null=True)
    lines = FulfilmentOrderLineOutput(many=True)
    requested_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)


def fulfilment_order(row: FulfilmentOrder) -> dict[str, Any]:
    return {
        "id": ids.encode("fo", row.id),
        "order": ids.encode("ord", row.order_id),
        "order_number": row.order_number,
        "status": row.status,
        "needs_approval": row.needs_approval,
        "hold_reason": row.hold_reason or None,
        "cancel_reason": row.cancel_reason or None,
        "delivery_option": row.delivery_option,
        "ship_to": row.ship_to,
        "lines": [_fulfilment_order_line(line) for line in row.lines.all()],
        "requested_at": row.requested_at,
        "approved_at": row.approved_at,
        "closed_at": row.closed_at,
        "canceled_at": row.canceled_at,
    }


def _fulfilment_order_line(row: FulfilmentOrderLine) -> dict[str, Any]:
    return {
        "line": ids.encode("ol", row.line_id),
        "sku": row.sku,
        "title": row.title,
        "quantity": row.quantity,
        "needs_approval": row.needs_approval,
        "is_made_to_order": row.is_made_to_order,
        "bundle": ids.encode("ol", row.bundle_id) if row.bundle_id else None,
        "allocations": [
            {
                "location": allocation.level.location.code,
                "quantity": allocation.quantity,
                "open": allocation.open,
                "packed": allocation.packed,
                "canceled": allocation.canceled,
            }
            for allocation in row.allocations.all()
        ],
    }


# Shipments.


class ShipmentLineOutput(Output):
    line = serializers.CharField(help_text="The order line, `ol_…`.")
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class TrackingEventOutput(Output):
    status = serializers.CharField(help_text="In the carrier's words.")
    description = serializers.CharField()
    place = serializers.CharField(allow_null=True)
    occurred_at = serializers.DateTimeField()


class ShipmentOutput(Output):
    id = serializers.CharField(help_text="`ship_…`")
    order = serializers.CharField(help_text="`ord_…`")
    status = serializers.ChoiceField(choices=Shipment.Status.values)
    carrier = serializers.CharField(allow_null=True)
    tracking_number = serializers.CharField(allow_null=True)
    lines = ShipmentLineOutput(many=True)
    tracking = TrackingEventOutput(many=True, help_text="Oldest first.")
    dispatched_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)


def shipment(row: Shipment) -> dict[str, Any]:
    return {
        "id": ids.encode("ship", row.id),
        "order": ids.encode("ord", row.fulfilment_order.order_id),
        "status": row.status,
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number,
        "lines": [
            {
                "line": ids.encode("ol", line.allocation.line.line_id),
                "sku": line.allocation.line.sku,
                "title": line.allocation.line.title,
                "quantity": line.quantity,
            }
            for line in row.lines.all()
        ],
        "tracking": [
            {
                "status": event.status,
                "description": event.description,
                "place": event.place or None,
                "occurred_at": event.occurred_at,
            }
            for event in row.tracking_events.all()
        ],
        "dispatched_at": row.dispatched_at,
        "delivered_at": row.delivered_at,
    }


class LabelOutput(Output):
    format = serializers.CharField(help_text="For example `zpl`.")
    data = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not DRF's property


class PackedShipmentOutput(ShipmentOutput):
    """For the warehouse: what a customer sees, and what is stuck on the parcel."""

    fulfilment_order = serializers.CharField(help_text="`fo_…`")
    location = serializers.CharField()
    weight_g = serializers.IntegerField()
    label = LabelOutput(allow_null=True, help_text="Null while the carrier has not answered.")  # type: ignore[assignment]  # a field of that name, not DRF's attribute
    failure = serializers.CharField(
        allow_null=True, help_text="What the carrier said to the last try."
    )


def packed_shipment(row: Shipment) -> dict[str, Any]:
    return {
        **shipment(row),
        "fulfilment_order": ids.encode("fo", row.fulfilment_order_id),
        "location": row.location.code,
        "weight_g": row.weight_g,
        "label": {"format": row.label_format, "data": row.label} if row.label else None,
        "failure": row.failure or None,
    }


# Returns.


class ReturnLineOutput(Output):
    line = serializers.CharField(help_text="The order line, `ol_…`.")
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField(help_text="Announced.")
    restocked = serializers.IntegerField()
    written_off = serializers.IntegerField()


class ReturnOutput(Output):
    id = serializers.CharField(help_text="`ret_…`")
    order = serializers.CharField(help_text="`ord_…`")
    status = serializers.ChoiceField(choices=Return.Status.values)
    reason = serializers.CharField()
    rejection_reason = serializers.CharField(allow_null=True)
    lines = ReturnLineOutput(many=True)
    requested_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    rejected_at = serializers.DateTimeField(allow_null=True)


def customer_return(row: Return) -> dict[str, Any]:
    return {
        "id": ids.encode("ret", row.id),
        "order": ids.encode("ord", row.fulfilment_order.order_id),
        "status": row.status,
        "reason": row.reason,
        "rejection_reason": row.rejection_reason or None,
        "lines": [
            {
                "line": ids.encode("ol", line.line.line_id),
                "sku": line.line.sku,
                "title": line.line.title,
                "quantity": line.quantity,
                "restocked": line.restocked,
                "written_off": line.written_off,
            }
            for line in row.lines.all()
        ],
        "requested_at": row.requested_at,
        "approved_at": row.approved_at,
        "received_at": row.received_at,
        "closed_at": row.closed_at,
        "rejected_at": row.rejected_at,
    }


# Entitlements.


class EntitlementOutput(Output):
    feature = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True, help_text="Exclusive; null: for good.")


def entitlement(row: Entitlement) -> dict[str, Any]:
    return {
        "feature": row.feature,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
