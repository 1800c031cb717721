"""Disputes: what customers' banks contest. The provider moves them along."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q

from commerce.billing.admin.columns import AMOUNT, PAYMENT, READERS
from commerce.billing.disputes.models import Dispute, Status
from commerce.shared.admin import (
    Queue,
    StaffAdmin,
    belonging_to,
    exact,
    public_id,
    state,
    status_filter,
)


@admin.register(Dispute)
class DisputeAdmin(StaffAdmin[Dispute]):
    roles = READERS
    icon = "gavel"
    prefix = "dp"
    find_by = (exact("provider_id"), belonging_to("payment", "pay"))
    search_help_text = "The provider's id, dp_… or pay_…"
    list_display = (AMOUNT, state(), "reason", PAYMENT, "opened_at", "closed_at")
    list_select_related = ("payment",)
    list_filter = (status_filter(Status),)
    queues = (
        Queue(
            title="Disputes to answer",
            filters={"status": Status.NEEDS_RESPONSE},
            condition=Q(status=Status.NEEDS_RESPONSE),
            icon="gavel",
        ),
    )
    fields = (
        public_id("dp"),
        AMOUNT,
        state(),
        "reason",
        PAYMENT,
        "provider_id",
        "opened_at",
        "withdrawn_at",
        "reinstated_at",
        "closed_at",
    )
