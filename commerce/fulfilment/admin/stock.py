"""Stock: what is where, why it changed, and what of it is promised."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from commerce.fulfilment.inventory.adjust_stock import ADJUSTMENT_REASONS, adjust_stock
from commerce.fulfilment.inventory.models import (
    MovementReason,
    ReservationStatus,
    StockLevel,
    StockLocation,
    StockMovement,
    StockReservation,
    StockReservationLine,
)
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    StaffInline,
    act,
    condition_filter,
    exact,
    link,
    page,
    state,
    text,
)

READERS = ("warehouse", "support", "catalog")
# More than any shelf holds; a bound keeps sums far from what a column holds.
UNITS_MAX = 1_000_000


class AdjustmentForm(ActForm):
    """The difference, never the result: what others do meanwhile stays counted."""

    audited = ("quantity", "reason")

    quantity = forms.IntegerField(
        min_value=-UNITS_MAX, max_value=UNITS_MAX, help_text="What came; negative, what went."
    )
    reason = forms.ChoiceField(
        choices=[(r.value, r.label) for r in MovementReason if r in ADJUSTMENT_REASONS]
    )
    note = forms.CharField(max_length=500, required=False)
    # What the page showed: two people who count one shelf correct it once.
    expected_on_hand = forms.IntegerField(widget=forms.HiddenInput)

    def fields_for(self, row: StockLevel) -> dict[str, forms.Field]:
        self.initial["expected_on_hand"] = row.on_hand
        return {}

    def preview(self) -> str:
        return (
            f"On hand {self.row.on_hand}, reserved {self.row.reserved}, "
            f"allocated {self.row.allocated}, available {self.row.available}."
        )

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if not quantity:
            raise forms.ValidationError("Nothing would change.")
        return quantity


class ReceiptForm(ActForm):
    audited = ("units", "delivery")

    units = forms.IntegerField(min_value=1, max_value=UNITS_MAX)
    delivery = forms.CharField(
        max_length=200, help_text="Its number; the same delivery is booked once."
    )
    note = forms.CharField(max_length=500, required=False)


class MovementInline(StaffInline):
    model = StockMovement
    fields = ("moved_at", "quantity", "reason", "reference", "note")
    ordering = ("-pk",)
    tab = False


class ReservationLineInline(StaffInline):
    model = StockReservationLine
    verbose_name_plural = "units"
    fields = (text("level.sku", "SKU"), text("level.location", "location"), "quantity")
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockReservationLine]:
        return super().get_queryset(request).select_related("level__location")


@admin.register(StockLevel)
class StockLevelAdmin(StaffAdmin[StockLevel]):
    roles = READERS
    icon = "shelves"
    find_by = (exact("sku"),)
    search_help_text = "SKU"
    ordering = ("sku", "location")
    list_display = ("sku", link("location"), "on_hand", "reserved", "allocated", "available")
    list_select_related = ("location",)
    fields = ("sku", link("location"), "on_hand", "reserved", "allocated", "available")
    inlines = (MovementInline,)

    def available(self, level: StockLevel) -> int:
        return level.available

    @act(
        "Adjust",
        roles=("warehouse",),
        asks="When the shelf says something else than the books.",
        form=AdjustmentForm,
        tone="primary",
    )
    def adjust(self, level: StockLevel, form: AdjustmentForm, acting: Acting) -> str:
        asked = form.cleaned_data
        changed = adjust_stock(
            location=level.location.code,
            sku=level.sku,
            quantity=asked["quantity"],
            reason=MovementReason(asked["reason"]),
            reference=f"adjustment:{acting.token}",
            note=asked["note"],
            expected_on_hand=asked["expected_on_hand"],
            now=acting.now,
        )
        return f"{changed.on_hand} of {level.sku} are on hand."

    @act("Receive", roles=("warehouse",), asks="Units from a supplier.", form=ReceiptForm)
    def receive(self, level: StockLevel, form: ReceiptForm, acting: Acting) -> str:
        asked = form.cleaned_data
        new = receive_stock(
            [
                StockReceipt(
                    location=level.location.code,
                    sku=level.sku,
                    units=asked["units"],
                    reference=asked["delivery"],
                    note=asked["note"],
                )
            ],
            now=acting.now,
        )
        if not new:
            return f"The delivery {asked['delivery']} was booked before; nothing changed."
        return f"{asked['units']} of {level.sku} are booked."


@admin.register(StockMovement)
class StockMovementAdmin(StaffAdmin[StockMovement]):
    roles = READERS
    icon = "swap_vert"
    # Those of a SKU stand on the page of its level.
    find_by = (exact("reference"),)
    search_help_text = "Reference"
    list_display = (
        "moved_at",
        page("quantity"),
        text("level.sku", "SKU"),
        text("level.location", "location"),
        "reason",
        "reference",
    )
    list_select_related = ("level__location",)
    fields = ("moved_at", "quantity", link("level", named="sku"), "reason", "reference", "note")


@admin.register(StockReservation)
class StockReservationAdmin(StaffAdmin[StockReservation]):
    roles = ("warehouse", "support")
    icon = "lock_clock"
    find_by = (exact("reference"),)
    search_help_text = "Reference: the checkout's or subscription's id"
    list_display = ("reference", state(), "held_at", "expires_at", "allocated_at", "released_at")
    list_filter = (
        condition_filter("status", "status", held=("Held", Q(status=ReservationStatus.HELD))),
    )
    fields = ("reference", state(), "held_at", "expires_at", "allocated_at", "released_at")
    inlines = (ReservationLineInline,)

    @act(
        "Release",
        roles=("warehouse",),
        asks="Its units can be sold to others at once. The customer is not told.",
        tone="danger",
        applies=lambda reservation: reservation.status == ReservationStatus.HELD,
    )
    def release(self, reservation: StockReservation, form: ActForm, acting: Acting) -> str:
        release_stock(reference=reservation.reference, now=acting.now)
        return "What was held can be sold again."


@admin.register(StockLocation)
class StockLocationAdmin(StaffAdmin[StockLocation]):
    roles = READERS
    icon = "warehouse"
    ordering = ("priority", "code")
    list_display = ("code", "title", "city", "country", "priority")
    fields = ("code", "title", "line1", "postal_code", "city", "region", "country", "priority")
