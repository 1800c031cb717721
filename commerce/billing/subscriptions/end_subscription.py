"""The end of a subscription, whoever decides on it: one step that leaves nothing running."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.interface.messages import SubscriptionCanceledV1
from commerce.billing.outbox import publish
from commerce.billing.subscriptions import access
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.shared.db import requires_transaction


@requires_transaction
def end_subscription(subscription: Subscription, *, reason: str, at: datetime) -> None:
    """Cancel a locked subscription: stop billing and collecting, and take access away."""
    subscription.cancel(at=at)
    subscription.save(update_fields=["status", "canceled_at", "next_billing_at"])
    SubscriptionPeriod.objects.filter(subscription=subscription, collect_at__isnull=False).update(
        collect_at=None, given_up_at=at
    )
    publish(
        SubscriptionCanceledV1(subscription_id=subscription.id, reason=reason, canceled_at=at),
        occurred_at=at,
    )
    if subscription.feature:
        publish(access.revoke(subscription_id=subscription.id, at=at), occurred_at=at)
