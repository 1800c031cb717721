"""Refunds: money on its way back."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q

from commerce.billing.admin.columns import AMOUNT, PAYMENT, READERS
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.send_refund import send_refund
from commerce.shared.admin import (
    ActForm,
    Acting,
    StaffAdmin,
    act,
    belonging_to,
    condition_filter,
    exact,
    link,
    public_id,
    state,
)


@admin.register(Refund)
class RefundAdmin(StaffAdmin[Refund]):
    roles = READERS
    icon = "undo"
    prefix = "re"
    find_by = (exact("provider_id"), exact("reference"), belonging_to("payment", "pay"))
    search_help_text = "The provider's id, re_… or pay_…"
    list_display = (AMOUNT, state(), "reason", PAYMENT, "created_at", "finished_at")
    list_select_related = ("payment",)
    list_filter = (
        condition_filter(
            "state", "state", asked_later=("Not known yet", Q(check_at__isnull=False))
        ),
    )
    fields = (
        public_id("re"),
        AMOUNT,
        state(),
        "reason",
        "reference",
        PAYMENT,
        link("attempt"),
        link("credit_note"),
        "provider_id",
        "failure_reason",
        "created_at",
        "finished_at",
        "check_at",
        "checks",
    )

    @act(
        "Ask the provider now",
        roles=READERS,
        asks="It is sent if it was not yet; the same refund never moves money twice.",
        tone="primary",
        applies=lambda refund: refund.is_open,
    )
    def ask_provider(self, refund: Refund, form: ActForm, acting: Acting) -> str:
        return f"It is {send_refund(refund_id=refund.pk, now=acting.now).status}."
