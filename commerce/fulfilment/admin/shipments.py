"""Shipments: parcels, their labels, and where carriers say they are."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.models import (
    DeliveryRate,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
    TrackingEvent,
)
from commerce.shared.admin import (
    ActForm,
    Acting,
    Queue,
    StaffAdmin,
    StaffInline,
    act,
    belonging_to,
    condition_filter,
    exact,
    flag,
    link,
    public_id,
    state,
    text,
)
from commerce.shared.money import Money

Status = ShipmentStatus
IN_TROUBLE = Q(status__in=[Status.EXCEPTION, Status.LOST])
WAITS_FOR_CARRIER = Q(next_attempt_at__isnull=False)


class ShipmentLineInline(StaffInline):
    model = ShipmentLine
    verbose_name_plural = "contents"
    fields = (text("allocation.line.sku", "SKU"), text("allocation.line.title"), "quantity")
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentLine]:
        return super().get_queryset(request).select_related("allocation__line")


class TrackingEventInline(StaffInline):
    model = TrackingEvent
    verbose_name_plural = "tracking"
    fields = ("occurred_at", "status", "description", "place")
    ordering = ("-sequence",)
    tab = False


@admin.register(Shipment)
class ShipmentAdmin(StaffAdmin[Shipment]):
    roles = ("warehouse", "support")
    icon = "local_shipping"
    prefix = "ship"
    find_by = (exact("tracking_number"), belonging_to("fulfilment_order", "fo"))
    search_help_text = "Tracking number, ship_… or fo_…"
    list_display = (
        public_id("ship"),
        "tracking_number",
        state(),
        text("fulfilment_order.order_number", "order"),
        "carrier",
        link("location"),
        "dispatched_at",
        "delivered_at",
    )
    list_select_related = ("fulfilment_order", "location")
    list_filter = (
        condition_filter(
            "state",
            "state",
            in_trouble=("Exception or lost", IN_TROUBLE),
            waits_for_carrier=("Waits for the carrier's label", WAITS_FOR_CARRIER),
        ),
    )
    list_defer = ("label",)
    queues = (
        Queue(
            title="Parcels in trouble",
            filters={"state": "in_trouble"},
            condition=IN_TROUBLE,
            icon="local_shipping",
        ),
    )
    fields = (
        public_id("ship"),
        link("fulfilment_order"),
        state(),
        "failure",
        "carrier",
        "tracking_number",
        link("location"),
        "weight_g",
        "label_format",
        "created_at",
        "packed_at",
        "dispatched_at",
        "delivered_at",
        "canceled_at",
        "attempts",
        "next_attempt_at",
    )
    inlines = (ShipmentLineInline, TrackingEventInline)

    @act(
        "Dispatch",
        roles=("warehouse",),
        asks="The carrier has taken the parcel over. The customer is told.",
        tone="primary",
        applies=lambda shipment: shipment.status == Status.PACKED,
    )
    def dispatch(self, shipment: Shipment, form: ActForm, acting: Acting) -> str:
        dispatch_shipment(shipment_id=shipment.pk, now=acting.now)
        return f"{shipment.tracking_number} is on its way."


@admin.register(DeliveryRate)
class DeliveryRateAdmin(StaffAdmin[DeliveryRate]):
    roles = ("warehouse", "support", "finance")
    icon = "receipt_long"
    ordering = ("country", "currency", "code")
    list_display = (
        "title",
        "country",
        "price",
        "days_min",
        "days_max",
        flag("is_active", "offered"),
    )
    fields = (
        "title",
        "code",
        "country",
        "price",
        "days_min",
        "days_max",
        flag("is_active", "offered"),
    )

    def price(self, rate: DeliveryRate) -> str:
        """For the parcel, for each unit, for each kilogram."""
        parts = {
            "": rate.base_minor,
            " a unit": rate.per_unit_minor,
            " a kilogram": rate.per_kg_minor,
        }
        return " + ".join(
            f"{Money(minor, rate.currency)}{per}"
            for per, minor in parts.items()
            if minor or not per
        )
