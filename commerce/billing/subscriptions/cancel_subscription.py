"""Cancel a subscription: at the end of what has been paid for, or at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.subscriptions.end_subscription import end_subscription
from commerce.billing.subscriptions.models import BILLED, Subscription


def cancel_subscription(
    *, subscription_id: UUID, at_period_end: bool, now: datetime
) -> Subscription:
    """Let a subscription end. Canceling it again changes nothing.

    At the period's end the billing run ends it instead of billing it. At once: nothing is billed,
    charged or delivered any more, and what was paid stays paid. A charge already on its way may
    still arrive; it pays for its period, which is delivered.
    """
    with transaction.atomic(durable=True):
        subscription = (
            Subscription.objects.select_related("customer__test_clock")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=subscription_id)
        )
        if subscription.status == Subscription.Status.CANCELED:
            return subscription
        if at_period_end and subscription.status in BILLED:
            subscription.cancel_at_period_end = True
            subscription.save(update_fields=["cancel_at_period_end"])
            return subscription
        end_subscription(subscription, reason="customer", at=subscription.customer.time(now=now))
    return subscription
