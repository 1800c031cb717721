"""Payments and their attempts; docs/runbooks/payment-unknown.md."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q

from commerce.billing.admin.columns import AMOUNT, CUSTOMER, INVOICE, ORDER, PAYMENT, READERS
from commerce.billing.disputes.models import Dispute
from commerce.billing.payments.call_off import call_off
from commerce.billing.payments.models import PAYMENT_OPEN, Attempt, Payment, PaymentStatus
from commerce.billing.payments.reconcile_attempt import reconcile_attempt
from commerce.billing.refunds.models import Refund
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
    json_of,
    money,
    page,
    public_id,
    state,
)

UNKNOWN = Q(status=PaymentStatus.UNKNOWN)
OPEN = Q(status__in=PAYMENT_OPEN)
ASKED_LATER = Q(check_at__isnull=False)


class AttemptInline(StaffInline):
    model = Attempt
    fields = (
        page("attempt_no", "attempt"),
        state(),
        "card",
        "decline_code",
        "provider_id",
        "created_at",
        "finished_at",
        "check_at",
    )
    ordering = ("attempt_no",)
    tab = False

    def card(self, attempt: Attempt) -> str:
        return f"{attempt.card_brand} {attempt.card_last4}"


class RefundInline(StaffInline):
    model = Refund
    fields = (page("amount", "refund"), state(), "reason", "created_at", "finished_at")


class DisputeInline(StaffInline):
    model = Dispute
    fields = (page("amount", "dispute"), state(), "reason", "opened_at", "closed_at")


@admin.register(Payment)
class PaymentAdmin(StaffAdmin[Payment]):
    roles = READERS
    icon = "payments"
    prefix = "pay"
    find_by = (
        belonging_to("invoice", "inv"),
        belonging_to("order", "ord"),
        belonging_to("customer", "cus"),
    )
    search_help_text = "pay_…, inv_…, ord_… or cus_…"
    list_display = (AMOUNT, state(), ORDER, CUSTOMER, money("refunded"), "created_at")
    list_select_related = ("order", "customer")
    list_filter = (
        condition_filter(
            "state", "state", unknown=("Unknown", UNKNOWN), open=("Under way, or unknown", OPEN)
        ),
    )
    queues = (
        Queue(
            title="Unknown payments",
            filters={"state": "unknown"},
            condition=UNKNOWN,
            icon="help",
        ),
    )
    fields = (
        public_id("pay"),
        AMOUNT,
        state(),
        INVOICE,
        ORDER,
        CUSTOMER,
        money("captured"),
        money("refunded"),
        "created_at",
        "succeeded_at",
    )
    inlines = (AttemptInline, RefundInline, DisputeInline)


@admin.register(Attempt)
class AttemptAdmin(StaffAdmin[Attempt]):
    """One try to move money. What the provider says of it is believed, and nothing else."""

    roles = READERS
    menu_title = "Payment attempts"
    icon = "credit_card"
    prefix = "att"
    find_by = (exact("provider_id"), belonging_to("payment", "pay"))
    search_help_text = "The provider's id, att_… or pay_…"
    list_display = (
        public_id("att"),
        AMOUNT,
        state(),
        "decline_code",
        "provider_id",
        "created_at",
        "check_at",
    )
    list_filter = (condition_filter("state", "state", asked_later=("Not known yet", ASKED_LATER)),)
    fields = (
        public_id("att"),
        PAYMENT,
        "attempt_no",
        AMOUNT,
        state(),
        "decline_code",
        "card_brand",
        "card_last4",
        "payment_method",
        flag("off_session", "customer not present"),
        flag("saves_card"),
        "provider_id",
        json_of("next_action"),
        "created_at",
        "finished_at",
        "check_at",
        "checks",
    )

    @act(
        "Ask the provider now",
        roles=READERS,
        asks="Its answer is believed as always: the attempt is settled or fails by it.",
        tone="primary",
        applies=lambda attempt: attempt.is_open,
    )
    def ask_provider(self, attempt: Attempt, form: ActForm, acting: Acting) -> str:
        asked = reconcile_attempt(attempt_id=attempt.pk, now=acting.now)
        if asked.is_open:
            return f"Nothing new: it is {asked.status}, and is asked about again by itself."
        return f"It is {asked.status}."

    @act(
        "Give up on this attempt",
        roles=("finance",),
        asks=(
            "The provider is asked first. What it has is called off there; an attempt that never "
            "arrived is canceled, and the customer can pay anew."
        ),
        tone="danger",
        applies=lambda attempt: attempt.is_open,
    )
    def give_up(self, attempt: Attempt, form: ActForm, acting: Acting) -> str:
        call_off(payment_id=attempt.payment_id, now=acting.now)
        ended = Attempt.objects.get(pk=attempt.pk)
        return f"It is {ended.status}."
