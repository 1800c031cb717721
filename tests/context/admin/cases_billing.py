"""The acts of billing's pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from commerce.billing.models import (
    Attempt,
    Incident,
    Invoice,
    InvoiceLine,
    Order,
    OrderLine,
    Payment,
    ProviderEvent,
    Refund,
    Subscription,
    SubscriptionPeriod,
)
from commerce.shared.money import Money
from tests.context.admin.cases import SENT, TOKEN, Case, one
from tests.context.admin.rows import NOON, rows_of


def paid_order() -> Order:
    (order,) = rows_of(Order, 1, status="paid", payment_status="paid", version=3)
    (invoice,) = rows_of(Invoice, 1, order_id=order.pk)
    rows_of(
        Payment, 1, invoice_id=invoice.pk, order_id=order.pk, amount_minor=9_00, captured_minor=9_00
    )
    (line,) = rows_of(OrderLine, 1, order_id=order.pk, quantity=2)
    rows_of(InvoiceLine, 1, invoice_id=invoice.pk, order_line_id=line.pk, quantity=2, kind="item")
    return order


def subscription_behind() -> Subscription:
    (period,) = rows_of(SubscriptionPeriod, 1)
    return period.subscription


def _order_line(order: Order) -> Any:
    return order.lines.get().pk


CASES = [
    Case(
        on=Order,
        act="refund_units",
        roles={"support", "finance"},
        calls="commerce.billing.admin.orders.refund_order",
        row=paid_order,
        data=lambda order: {
            "reason": "damaged",
            "with_delivery": "on",
            f"units_{_order_line(order).hex}": 1,
        },
        wants=lambda order: {
            "order_id": order.pk,
            "reference": TOKEN,
            "reason": "damaged",
            "units_by_line": {_order_line(order): 1},
            "with_delivery": True,
        },
        answers=lambda order: SimpleNamespace(**{**vars(SENT), "pk": order.pk}),
        audits={"reason": "damaged", "with_delivery": True},
    ),
    Case(
        on=Order,
        act="refund_amount",
        roles={"support", "finance"},
        calls="commerce.billing.admin.orders.refund_order",
        row=paid_order,
        data=lambda _: {"reason": "goodwill", "amount": "1.50"},
        wants=lambda order: {
            "order_id": order.pk,
            "reference": TOKEN,
            "reason": "goodwill",
            "amount": Money(1_50, "USD"),
        },
        answers=lambda order: SimpleNamespace(**{**vars(SENT), "pk": order.pk}),
        audits={"amount": {"amount": 1_50, "currency": "USD"}, "reason": "goodwill"},
    ),
    Case(
        on=Order,
        act="cancel",
        roles={"support"},
        calls="commerce.billing.admin.orders.cancel_order",
        row=paid_order,
        data=lambda _: {"reason": "fraud"},
        wants=lambda order: {"order_id": order.pk, "reason": "fraud"},
        audits={"reason": "fraud"},
    ),
    Case(
        on=Attempt,
        act="ask_provider",
        roles={"support", "finance"},
        calls="commerce.billing.admin.payments.reconcile_attempt",
        row=one(Attempt, status="unknown"),
        wants=lambda attempt: {"attempt_id": attempt.pk},
    ),
    Case(
        on=Attempt,
        act="give_up",
        roles={"finance"},
        calls="commerce.billing.admin.payments.call_off",
        row=one(Attempt, status="unknown"),
        wants=lambda attempt: {"payment_id": attempt.payment_id},
    ),
    Case(
        on=Refund,
        act="ask_provider",
        roles={"support", "finance"},
        calls="commerce.billing.admin.refunds.send_refund",
        row=one(Refund, status="unknown"),
        wants=lambda refund: {"refund_id": refund.pk},
    ),
    Case(
        on=Subscription,
        act="collect",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.collect_now",
        row=subscription_behind,
        wants=lambda subscription: {"subscription_id": subscription.pk},
        answers=lambda subscription: list(subscription.periods.all()),
    ),
    Case(
        on=Subscription,
        act="bill",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.bill_again",
        row=one(Subscription, billing_failed_at=NOON),
        wants=lambda subscription: {"subscription_id": subscription.pk},
        answers=lambda _: SimpleNamespace(billing_failed_at=None, current_period_end=NOON),
    ),
    Case(
        on=Subscription,
        act="cancel",
        roles={"support", "finance"},
        calls="commerce.billing.admin.subscriptions.cancel_subscription",
        row=one(Subscription),
        data=lambda _: {"when": "period_end"},
        wants=lambda subscription: {"subscription_id": subscription.pk, "at_period_end": True},
        audits={"when": "period_end"},
    ),
    Case(
        on=ProviderEvent,
        act="process_again",
        roles={"support", "finance"},
        calls="commerce.billing.admin.operations.process_event_again",
        row=one(ProviderEvent, parked_at=NOON),
        wants=lambda event: {"event_id": event.pk},
        answers=lambda _: SimpleNamespace(processed_at=NOON),
    ),
    Case(
        on=Incident,
        act="resolve",
        roles={"support", "finance"},
        calls="commerce.billing.admin.operations.resolve_incident",
        row=one(Incident),
        data=lambda _: {"resolution": "Asked the bank; it is theirs."},
        wants=lambda incident: {
            "incident_id": incident.pk,
            "resolution": "Asked the bank; it is theirs.",
        },
    ),
]
