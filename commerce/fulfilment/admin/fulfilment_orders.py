"""Fulfilment orders: what the warehouse has to deliver, and what keeps it from doing so."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from commerce.fulfilment.admin.unit_forms import CancelUnitsForm, PackForm, ReturnForm
from commerce.fulfilment.fulfilment_orders.approve_fulfilment_order import approve_fulfilment_order
from commerce.fulfilment.fulfilment_orders.cancel_units import cancel_units
from commerce.fulfilment.fulfilment_orders.hold_fulfilment_order import hold_fulfilment_order
from commerce.fulfilment.fulfilment_orders.models import (
    FulfilmentOrder,
    FulfilmentOrderLine,
    FulfilmentOrderStatus,
)
from commerce.fulfilment.fulfilment_orders.release_fulfilment_order import release_fulfilment_order
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.request_return import request_return
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.pack_shipment import pack_shipment
from commerce.shared import ids
from commerce.shared.admin import (
    ActForm,
    Acting,
    Queue,
    ReasonForm,
    StaffAdmin,
    StaffInline,
    act,
    address,
    belonging_to,
    flag,
    number,
    page,
    public_id,
    reference,
    state,
    status_filter,
)

Status = FulfilmentOrderStatus
ORDER = reference("order_id", "billing.Order", "ord")
ON_HOLD = Q(status=Status.ON_HOLD)


class LineInline(StaffInline):
    model = FulfilmentOrderLine
    verbose_name_plural = "lines"
    fields = (
        "sku",
        "title",
        "quantity",
        "where",
        flag("needs_approval"),
        flag("is_made_to_order"),
    )
    ordering = ("position",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[FulfilmentOrderLine]:
        return super().get_queryset(request).prefetch_related("allocations__level__location")

    def where(self, line: FulfilmentOrderLine) -> str:
        told = []
        for allocation in line.allocations.all():
            counts = {
                "open": allocation.open,
                "packed": allocation.packed,
                "canceled": allocation.canceled,
            }
            words = ", ".join(f"{units} {word}" for word, units in counts.items() if units)
            told.append(f"{allocation.level.location.code}: {words}")
        return "; ".join(told)


class ShipmentInline(StaffInline):
    model = Shipment
    fields = (
        page("id"),
        state(),
        "carrier",
        "tracking_number",
        "packed_at",
        "dispatched_at",
        "delivered_at",
    )
    tab = False


class ReturnInline(StaffInline):
    model = Return
    fields = (page("id"), state(), "reason", "requested_at", "received_at")


@admin.register(FulfilmentOrder)
class FulfilmentOrderAdmin(StaffAdmin[FulfilmentOrder]):
    roles = ("warehouse", "support")
    icon = "package_2"
    prefix = "fo"
    find_by = (number("order_number"), belonging_to("order_id", "ord"))
    search_help_text = "Order number, ord_… or fo_…"
    list_display = ("order_number", state(), "hold_reason", "email", "requested_at", ORDER)
    list_filter = (status_filter(Status),)
    queues = (
        Queue(
            title="Fulfilment orders on hold",
            filters={"status": Status.ON_HOLD},
            condition=ON_HOLD,
            icon="pause_circle",
        ),
        Queue(
            title="Fulfilment orders to pack",
            filters={"status": Status.OPEN},
            condition=Q(status=Status.OPEN),
            icon="package_2",
        ),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("fo"),
                    "order_number",
                    ORDER,
                    state(),
                    "hold_reason",
                    "cancel_reason",
                    "email",
                    reference("user_id", "identity.User", "usr", title="customer's account"),
                    address("ship_to", "ships to"),
                    "delivery_option",
                )
            },
        ),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": (
                    "requested_at",
                    flag("needs_approval"),
                    "approved_at",
                    "closed_at",
                    "canceled_at",
                ),
            },
        ),
    )
    inlines = (LineInline, ShipmentInline, ReturnInline)

    @act(
        "Approve",
        roles=("warehouse", "support"),
        asks="The warehouse may begin.",
        tone="primary",
        applies=lambda order: order.status == Status.ON_HOLD and order.awaits_approval,
    )
    def approve(self, order: FulfilmentOrder, form: ActForm, acting: Acting) -> str:
        approve_fulfilment_order(fulfilment_order_id=order.pk, now=acting.now)
        return f"{order.order_number} is approved."

    @act(
        "Release",
        roles=("warehouse", "support"),
        asks="What it was held for is settled; the warehouse may go on.",
        tone="primary",
        applies=lambda order: order.status == Status.ON_HOLD and not order.awaits_approval,
    )
    def release(self, order: FulfilmentOrder, form: ActForm, acting: Acting) -> str:
        release_fulfilment_order(fulfilment_order_id=order.pk)
        return f"{order.order_number} is released."

    @act(
        "Pack",
        roles=("warehouse",),
        asks="Puts units into one parcel and buys its label from the carrier.",
        form=PackForm,
        tone="primary",
        applies=lambda order: order.status in (Status.OPEN, Status.IN_PROGRESS),
    )
    def pack(self, order: FulfilmentOrder, form: PackForm, acting: Acting) -> str:
        shipment = pack_shipment(
            fulfilment_order_id=order.pk,
            location=form.cleaned_data["location"],
            weight_g=form.cleaned_data["weight_g"],
            reference=acting.token,
            units_by_line=form.units_by_line(),
            now=acting.now,
        )
        name = ids.encode("ship", shipment.pk)
        if shipment.tracking_number is None:
            return f"{name} is packed; the carrier is asked for its label again within minutes."
        return f"{name} is packed. Tracking number {shipment.tracking_number}."

    @act(
        "Hold",
        roles=("warehouse", "support"),
        asks="Nothing of it is packed until somebody releases it.",
        form=ReasonForm,
        applies=lambda order: order.status == Status.OPEN,
    )
    def hold(self, order: FulfilmentOrder, form: ReasonForm, acting: Acting) -> str:
        hold_fulfilment_order(fulfilment_order_id=order.pk, reason=form.cleaned_data["reason"])
        return f"{order.order_number} is on hold."

    @act(
        "Cancel units",
        roles=("warehouse", "support"),
        asks="They go back to the stock and are not delivered; the customer gets the money back.",
        form=CancelUnitsForm,
        tone="danger",
        applies=lambda order: order.status in (Status.OPEN, Status.ON_HOLD, Status.IN_PROGRESS),
    )
    def cancel_units(self, order: FulfilmentOrder, form: CancelUnitsForm, acting: Acting) -> str:
        cancel_units(
            fulfilment_order_id=order.pk,
            units_by_line=form.units_by_line(),
            reason=form.cleaned_data["reason"],
            reference=acting.token,
            now=acting.now,
        )
        return f"{sum(form.units_by_line().values())} units of {order.order_number} are canceled."

    @act(
        "Start a return",
        roles=("support",),
        asks="As if the customer had asked for it.",
        form=ReturnForm,
        applies=lambda order: order.status in (Status.IN_PROGRESS, Status.CLOSED),
    )
    def start_return(self, order: FulfilmentOrder, form: ReturnForm, acting: Acting) -> str:
        asked = request_return(
            fulfilment_order_id=order.pk,
            units_by_line=form.units_by_line(),
            reason=form.cleaned_data["reason"],
            reference=acting.token,
            now=acting.now,
        )
        return f"{ids.encode('ret', asked.pk)} is requested and waits for approval."
