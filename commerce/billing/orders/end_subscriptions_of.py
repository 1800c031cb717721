"""End the subscriptions that lines of an order have started: their first delivery will not come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commerce.billing.orders.models import OrderLine
from commerce.billing.subscriptions.end_subscription import end_subscription
from commerce.billing.subscriptions.models import Subscription
from commerce.shared.db import requires_transaction


@requires_transaction
def end_subscriptions_of(lines: Iterable[OrderLine], *, reason: str, at: datetime) -> None:
    """Cancel what these lines began and what is not over yet; most lines have begun nothing."""
    begun = [line.id for line in lines if line.plan_terms]
    if not begun:
        return
    for subscription in (
        Subscription.objects.select_for_update(of=("self",), no_key=True)
        .filter(order_line__in=begun)
        .exclude(status=Subscription.Status.CANCELED)
        .order_by("pk")
    ):
        end_subscription(subscription, reason=reason, at=at)
