"""Note that the charge for a period was declined: when to try again, or what follows the last try."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from commerce.billing.interface.messages import SubscriptionPastDueV1
from commerce.billing.invoices.models import Invoice
from commerce.billing.outbox import publish
from commerce.billing.payments.retry_schedule import next_attempt_at
from commerce.billing.subscriptions import access
from commerce.billing.subscriptions.end_subscription import end_subscription
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.queries import lock_period_of
from commerce.shared.db import requires_transaction

Status = Subscription.Status


@requires_transaction
def record_period_declined(*, invoice: Invoice, decline_code: str, now: datetime) -> None:
    """Put a period's next charge on the schedule, or give up; other invoices are let pass.

    Dunning runs on the customer's own clock. After the last decline the subscription ends or
    waits unpaid, as BILLING_AFTER_RETRIES says, and access ends with it.
    """
    period = lock_period_of(invoice)
    if period is None or period.collect_at is None:
        return
    subscription = period.subscription
    at = subscription.customer.time(now=now)

    period.declines += 1
    period.decline_code = decline_code
    retry_at = next_attempt_at(
        declined_at=at,
        declines=period.declines,
        decline_code=decline_code,
        delays_days=settings.BILLING_RETRY_DAYS,
    )
    period.collect_at, period.claimed_until = retry_at, None
    period.given_up_at = None if retry_at else at
    period.save(
        update_fields=["declines", "decline_code", "collect_at", "claimed_until", "given_up_at"]
    )

    if retry_at:
        _fall_behind(subscription)
    else:
        _give_up(subscription, at=at)
    publish(
        SubscriptionPastDueV1(
            subscription_id=subscription.id,
            invoice_id=invoice.id,
            due=invoice.total - invoice.credited - invoice.paid,
            decline_code=decline_code,
            declined_at=at,
            next_attempt_at=retry_at,
        ),
        occurred_at=at,
    )


def _fall_behind(subscription: Subscription) -> None:
    if subscription.status in (Status.ACTIVE, Status.PAST_DUE):
        subscription.fall_behind()
        subscription.save(update_fields=["status"])


def _give_up(subscription: Subscription, *, at: datetime) -> None:
    if subscription.status not in (Status.ACTIVE, Status.PAST_DUE):
        return
    if settings.BILLING_AFTER_RETRIES == "canceled":
        end_subscription(subscription, reason="unpaid", at=at)
        return
    subscription.give_up()
    subscription.save(update_fields=["status", "next_billing_at"])
    SubscriptionPeriod.objects.filter(subscription=subscription, collect_at__isnull=False).update(
        collect_at=None, given_up_at=at
    )
    if subscription.feature:
        publish(access.revoke(subscription_id=subscription.id, at=at), occurred_at=at)
