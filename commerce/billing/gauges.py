"""Billing's figures for /metrics."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from commerce.billing.incidents.models import Incident
from commerce.billing.orders.models import Order
from commerce.billing.payments.models import Attempt
from commerce.billing.provider_events.models import ProviderEvent
from commerce.billing.refunds.models import Refund
from commerce.billing.subscriptions.models import Subscription
from commerce.shared import clock
from commerce.shared.gauges import gauge


@gauge("commerce_payments_unknown", "Attempts whose outcome the provider has not told.")
def payments_unknown() -> float:
    return Attempt.objects.filter(status=Attempt.Status.UNKNOWN).count()


@gauge("commerce_payments_unknown_oldest_seconds", "Age of the oldest of them.")
def payments_unknown_oldest_seconds() -> float:
    unknown = Attempt.objects.filter(status=Attempt.Status.UNKNOWN)
    return _age_s(unknown.aggregate(at=Min("created_at"))["at"])


@gauge("commerce_attempts_open", "Attempts under way, by how far they have come.", label="status")
def attempts_open() -> dict[str, float]:
    counted = dict(
        Attempt.objects.filter(status__in=Attempt.OPEN)
        .values_list("status")
        .annotate(attempts=Count("id"))
    )
    return {status.value: counted.get(status, 0) for status in Attempt.OPEN}


@gauge("commerce_refunds_open", "Refunds decided on and not yet with the customer.")
def refunds_open() -> float:
    return Refund.objects.filter(status__in=Refund.OPEN).count()


@gauge("commerce_orders_overdue_seconds", "How long the oldest unpaid order is past its hold.")
def orders_overdue_seconds() -> float:
    unpaid = Order.objects.filter(status=Order.Status.PLACED)
    return _age_s(unpaid.aggregate(at=Min("pay_by"))["at"])


@gauge(
    "commerce_subscriptions_due_oldest_seconds", "How long the oldest period waits to be billed."
)
def subscriptions_due_oldest_seconds() -> float:
    # Those on a test clock live in another time.
    due = Subscription.objects.filter(
        customer__test_clock__isnull=True, next_billing_at__isnull=False
    )
    return _age_s(due.aggregate(at=Min("next_billing_at"))["at"])


@gauge("commerce_provider_events_waiting", "Events of the provider not processed yet.")
def provider_events_waiting() -> float:
    return ProviderEvent.objects.filter(next_attempt_at__isnull=False).count()


@gauge("commerce_provider_events_parked", "Events given up; each waits for a person.")
def provider_events_parked() -> float:
    return ProviderEvent.objects.filter(parked_at__isnull=False).count()


@gauge("commerce_incidents_open", "What a person has to look at.", label="kind")
def incidents_open() -> dict[str, float]:
    return dict(
        Incident.objects.filter(resolved_at__isnull=True)
        .values_list("kind")
        .annotate(incidents=Count("id"))
    )


def _age_s(since: datetime | None) -> float:
    return max((clock.now() - since).total_seconds(), 0.0) if since else 0.0
