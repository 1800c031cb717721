"""Returns: what customers want to send back, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from commerce.fulfilment.inventory.models import StockLocation
from commerce.fulfilment.returns.approve_return import approve_return
from commerce.fulfilment.returns.close_return import close_return
from commerce.fulfilment.returns.models import Return, ReturnLine, ReturnStatus
from commerce.fulfilment.returns.receive_return import ReceivedUnits, receive_return
from commerce.fulfilment.returns.reject_return import reject_return
from commerce.shared import ids
from commerce.shared.admin import (
    ActForm,
    Acting,
    Queue,
    ReasonForm,
    StaffAdmin,
    StaffInline,
    UnitsField,
    act,
    belonging_to,
    link,
    public_id,
    state,
    status_filter,
    text,
)

Status = ReturnStatus
REQUESTED = Q(status=Status.REQUESTED)


class ReceiveForm(ActForm):
    """Each line counted twice: what goes back on the shelf, and what does not."""

    audited = ("location",)

    location = forms.ChoiceField()

    def fields_for(self, row: Return) -> dict[str, forms.Field]:
        locations = StockLocation.objects.order_by("priority", "code")
        fields: dict[str, forms.Field] = {
            "location": forms.ChoiceField(choices=[(x.code, x.title) for x in locations])
        }
        self._line_ids: list[UUID] = []
        for line in row.lines.select_related("line").order_by("line__position"):
            self._line_ids.append(line.line.line_id)
            name, title = line.line.line_id.hex, f"{line.line.sku} {line.line.title}"
            good = UnitsField(at_most=line.quantity, label=f"{title}: back on the shelf")
            good.initial = line.quantity
            fields[f"good_{name}"] = good
            fields[f"bad_{name}"] = UnitsField(at_most=line.quantity, label=f"{title}: written off")
        return fields

    def units_by_line(self) -> dict[UUID, ReceivedUnits]:
        return {
            pk: ReceivedUnits(
                restocked=self.cleaned_data[f"good_{pk.hex}"] or 0,
                written_off=self.cleaned_data[f"bad_{pk.hex}"] or 0,
            )
            for pk in self._line_ids
        }

    def audit(self) -> dict[str, Any]:
        return {**super().audit(), "units_by_line": self.units_by_line()}


class ReturnLineInline(StaffInline):
    model = ReturnLine
    verbose_name_plural = "lines"
    fields = (
        text("line.sku", "SKU"),
        text("line.title"),
        "quantity",
        "restocked",
        "written_off",
    )
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).select_related("line").order_by("line__position")


@admin.register(Return)
class ReturnAdmin(StaffAdmin[Return]):
    roles = ("warehouse", "support")
    icon = "assignment_return"
    prefix = "ret"
    find_by = (belonging_to("fulfilment_order", "fo"),)
    search_help_text = "ret_… or fo_…"
    list_display = (
        public_id("ret"),
        text("fulfilment_order.order_number", "order"),
        state(),
        "reason",
        "requested_at",
        "received_at",
    )
    list_select_related = ("fulfilment_order",)
    list_filter = (status_filter(Status),)
    queues = (
        Queue(
            title="Returns to approve",
            filters={"status": Status.REQUESTED},
            condition=REQUESTED,
            icon="assignment_return",
        ),
        Queue(
            title="Returns to receive",
            filters={"status": Status.APPROVED},
            condition=Q(status=Status.APPROVED),
            icon="assignment_returned",
        ),
    )
    fields = (
        public_id("ret"),
        link("fulfilment_order"),
        state(),
        "reason",
        "rejection_reason",
        "requested_at",
        "approved_at",
        "received_at",
        "closed_at",
        "rejected_at",
    )
    inlines = (ReturnLineInline,)

    @act(
        "Approve",
        roles=("warehouse", "support"),
        asks="The customer may send it.",
        tone="primary",
        applies=lambda asked: asked.status == Status.REQUESTED,
    )
    def approve(self, asked: Return, form: ActForm, acting: Acting) -> str:
        approve_return(return_id=asked.pk, now=acting.now)
        return f"{ids.encode('ret', asked.pk)} is approved."

    @act(
        "Receive",
        roles=("warehouse",),
        asks="Count what came. The customer gets the money back for all of it.",
        form=ReceiveForm,
        tone="primary",
        applies=lambda asked: asked.status == Status.APPROVED,
    )
    def receive(self, asked: Return, form: ReceiveForm, acting: Acting) -> str:
        received = receive_return(
            return_id=asked.pk,
            location=form.cleaned_data["location"],
            units_by_line=form.units_by_line(),
            now=acting.now,
        )
        return f"{ids.encode('ret', received.pk)} is received."

    @act(
        "Close",
        roles=("warehouse", "support"),
        asks="Its units are booked, and nothing more is to be done about it.",
        applies=lambda asked: asked.status == Status.RECEIVED,
    )
    def close(self, asked: Return, form: ActForm, acting: Acting) -> str:
        close_return(return_id=asked.pk, now=acting.now)
        return f"{ids.encode('ret', asked.pk)} is closed."

    @act(
        "Reject",
        roles=("warehouse", "support"),
        asks="It may not come back, or it never came.",
        form=ReasonForm,
        tone="danger",
        applies=lambda asked: asked.status in (Status.REQUESTED, Status.APPROVED),
    )
    def reject(self, asked: Return, form: ReasonForm, acting: Acting) -> str:
        reject_return(return_id=asked.pk, reason=form.cleaned_data["reason"], now=acting.now)
        return f"{ids.encode('ret', asked.pk)} is rejected."
