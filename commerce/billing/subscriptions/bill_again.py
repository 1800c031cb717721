"""Bill a subscription again: what kept the billing run from it is mended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.subscriptions.models import Subscription
from commerce.billing.subscriptions.renew_subscriptions import renew_subscriptions


def bill_again(*, subscription_id: UUID, now: datetime) -> Subscription:
    """Put it back among the due, and bill the first period it is behind with; the run does the rest.

    What is still wrong stands on the row again. Repeating it bills nothing twice.
    """
    Subscription.objects.filter(pk=subscription_id, billing_failed_at__isnull=False).update(
        billing_failed_at=None, billing_failure=""
    )
    renew_subscriptions(ids=[subscription_id], now=now)
    return Subscription.objects.get(pk=subscription_id)
