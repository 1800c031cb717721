"""Subscriptions: what comes next, what came of each period; docs/runbooks/billing-run-stalled.md."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from commerce.billing.admin.columns import (
    CUSTOMER,
    INVOICE,
    ORDER,
    READERS,
    REAL_FIRST,
    REAL_OR_NOT,
)
from commerce.billing.subscriptions.bill_again import bill_again
from commerce.billing.subscriptions.cancel_subscription import cancel_subscription
from commerce.billing.subscriptions.collect_now import collect_now
from commerce.billing.subscriptions.models import (
    BILLED,
    Status,
    Subscription,
    SubscriptionPeriod,
)
from commerce.shared.admin import (
    NOTHING,
    ActForm,
    Acting,
    Queue,
    StaffAdmin,
    StaffInline,
    StillWrong,
    act,
    address,
    belonging_to,
    condition_filter,
    days,
    flag,
    label,
    link,
    money,
    public_id,
    reference,
    state,
    status_filter,
)

BILLING_ERROR = Q(billing_failed_at__isnull=False)
PAST_DUE = Q(status=Status.PAST_DUE)


class CancelForm(ActForm):
    audited = ("when",)

    when = forms.ChoiceField(
        choices=[("period_end", "At the end of what is paid for"), ("now", "Now")],
        help_text="Now: nothing is billed or delivered any more, and what was paid stays paid.",
    )


class PeriodInline(StaffInline):
    model = SubscriptionPeriod
    verbose_name_plural = "periods"
    fields = (
        days("period_start", "from"),
        days("period_end", "until"),
        "result",
        INVOICE,
        ORDER,
        "declines",
        "decline_code",
        "collect_at",
    )
    ordering = ("-period_start",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubscriptionPeriod]:
        return super().get_queryset(request).select_related("invoice", "order")

    def result(self, period: SubscriptionPeriod) -> SafeString:
        if period.paid_at:
            return label("paid")
        return label("given up" if period.given_up_at else "open")


@admin.register(Subscription)
class SubscriptionAdmin(StaffAdmin[Subscription]):
    roles = READERS
    icon = "autorenew"
    prefix = "sub"
    find_by = (belonging_to("customer", "cus"),)
    search_help_text = "sub_… or cus_…"
    list_display = (
        "title",
        CUSTOMER,
        state(),
        money("unit_price", "each"),
        "quantity",
        "next_billing_at",
        flag("cancel_at_period_end", "ends with the period"),
    )
    list_select_related = ("customer",)
    list_filter = (
        status_filter(Status),
        condition_filter("billing", "billing", error=("Billing error", BILLING_ERROR)),
        REAL_FIRST,
    )
    queues = (
        Queue(
            title="Past-due subscriptions",
            filters={"status": Status.PAST_DUE, **REAL_OR_NOT},
            condition=PAST_DUE,
            icon="credit_card_off",
        ),
        Queue(
            title="Subscriptions with a billing error",
            filters={"billing": "error", **REAL_OR_NOT},
            condition=BILLING_ERROR,
            icon="sync_problem",
        ),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    public_id("sub"),
                    "title",
                    state(),
                    CUSTOMER,
                    "next_charge",
                    "billing_failure",
                    flag("cancel_at_period_end", "ends with the period"),
                    link("payment_method", "charged card"),
                    address("shipping_address", "ships to"),
                    "delivery_option",
                )
            },
        ),
        (
            "Terms",
            {
                "classes": ["tab"],
                "fields": (
                    reference("plan_id", "catalog.Plan", "plan"),
                    "plan_code",
                    "plan_version",
                    "kind",
                    "sku",
                    "feature",
                    "quantity",
                    money("unit_price", "per unit and period"),
                    "interval_count",
                    "interval_unit",
                    "tax_category",
                    "country",
                    flag("needs_approval"),
                ),
            },
        ),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": (
                    "time_zone",
                    "anchor_date",
                    "started_at",
                    "trial_ends_at",
                    "current_period_start",
                    "current_period_end",
                    "next_billing_at",
                    "canceled_at",
                    "billing_failed_at",
                ),
            },
        ),
    )
    inlines = (PeriodInline,)

    @admin.display(description="next charge")
    def next_charge(self, subscription: Subscription) -> str:
        if subscription.next_billing_at is None or subscription.cancel_at_period_end:
            return NOTHING
        if subscription.terms is not None:
            return f"by its terms, on {subscription.next_billing_at:%Y-%m-%d}"
        price = subscription.unit_price * subscription.quantity
        tax = "tax included" if subscription.prices_include_tax else "before tax"
        return f"{price}, {tax}, on {subscription.next_billing_at:%Y-%m-%d}"

    @act(
        "Collect now",
        roles=READERS,
        asks="The card is charged at once for every period that waits. A decline counts as a try.",
        tone="primary",
        applies=lambda subscription: (
            subscription.status in (Status.PAST_DUE, Status.ACTIVE)
            and subscription.periods.filter(collect_at__isnull=False).exists()
        ),
    )
    def collect(self, subscription: Subscription, form: ActForm, acting: Acting) -> str:
        periods = collect_now(subscription_id=subscription.pk, now=acting.now)
        told = [
            f"{period}: {'paid' if period.paid_at else period.decline_code or 'under way'}"
            for period in periods
        ]
        return f"{'; '.join(told)}."

    @act(
        "Bill again",
        roles=READERS,
        asks="Once what kept the billing run from it is mended. No period is billed twice.",
        tone="primary",
        applies=lambda subscription: subscription.billing_failed_at is not None,
    )
    def bill(self, subscription: Subscription, form: ActForm, acting: Acting) -> str:
        billed = bill_again(subscription_id=subscription.pk, now=acting.now)
        if billed.billing_failed_at:
            return StillWrong(f"It failed again: {billed.billing_failure}")
        return f"It is billed until {billed.current_period_end:%Y-%m-%d}."

    @act(
        "Cancel",
        roles=READERS,
        form=CancelForm,
        tone="danger",
        applies=lambda subscription: subscription.status in (*BILLED, Status.UNPAID),
    )
    def cancel(self, subscription: Subscription, form: CancelForm, acting: Acting) -> str:
        ended = cancel_subscription(
            subscription_id=subscription.pk,
            at_period_end=form.cleaned_data["when"] == "period_end",
            now=acting.now,
        )
        if ended.status == Status.CANCELED:
            return "It is canceled."
        return f"It ends on {ended.current_period_end:%Y-%m-%d}."
