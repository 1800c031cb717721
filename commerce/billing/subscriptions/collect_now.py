"""Collect now: the customer has a new card, or money on the old one, and asks not to wait."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.shared.errors import Conflict


class NothingToCollect(Conflict):
    """No period waits to be charged: all are paid or given up."""

    code = "nothing_to_collect"


def collect_now(*, subscription_id: UUID, now: datetime) -> list[SubscriptionPeriod]:
    """Charge for every period that waits, the oldest first, without waiting for its next try.

    A decline counts as one more try of the schedule. While a charge is open no other is made.

    Raises:
        NothingToCollect: as it says.
    """
    subscription = Subscription.objects.select_related("customer__test_clock").get(
        pk=subscription_id
    )
    at = subscription.customer.time(now=now)
    periods = SubscriptionPeriod.objects.filter(subscription=subscription)
    waiting = list(
        periods.filter(collect_at__isnull=False)
        .order_by("period_start")
        .values_list("pk", flat=True)
    )
    if not waiting:
        raise NothingToCollect

    # Only those that still wait: one that was paid meanwhile must not be charged again.
    periods.filter(pk__in=waiting, collect_at__gt=at).update(collect_at=at)
    for period_id in waiting:
        collect_period(period_id=period_id, now=now)
    return list(periods.filter(pk__in=waiting).order_by("period_start"))
