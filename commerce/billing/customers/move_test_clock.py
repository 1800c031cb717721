"""Move a test clock to its target, from one due instant to the next, as time itself would."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from commerce.billing.customers.models import TestClock
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.queries import claim_periods_to_collect, due_to_be_billed
from commerce.billing.subscriptions.renew_subscriptions import renew_subscriptions

BATCH_SIZE = 100
# A task ends long before its time limit; the next bell goes on from here.
STEPS_AT_MOST = 50


def move_test_clock(*, clock_id: UUID, now: datetime) -> TestClock:
    """Let everything happen that is due on the way: renewals, charges, retries, cancellations.

    Each happens at its own instant on the clock. The clock waits while a charge is open, and goes
    on when this is called again. May be repeated and run twice at once.
    """
    for _ in range(STEPS_AT_MOST):
        _bill(clock_id, now=now)
        _collect(clock_id, now=now)
        clock, has_moved = _step(clock_id)
        if not has_moved:
            break
    return clock


def _bill(clock_id: UUID, *, now: datetime) -> None:
    while ids := due_to_be_billed(now=now, limit=BATCH_SIZE, clock_id=clock_id):
        renew_subscriptions(ids=ids, now=now)


def _collect(clock_id: UUID, *, now: datetime) -> None:
    for period_id in claim_periods_to_collect(now=now, limit=BATCH_SIZE, clock_id=clock_id):
        collect_period(period_id=period_id, now=now)


def _step(clock_id: UUID) -> tuple[TestClock, bool]:
    """Set the clock to the next instant at which something is due, or to its target."""
    with transaction.atomic(durable=True):
        clock = TestClock.objects.select_for_update(no_key=True).get(pk=clock_id)
        if clock.target is None:
            return clock, False
        following = _next_due(clock)
        if following is not None and following <= clock.now:
            # Still due: a charge is open, or another process is at it this moment.
            return clock, False
        if following is not None and following <= clock.target:
            clock.now = following
        else:
            clock.arrive()
        clock.save(update_fields=["now", "status", "target"])
        return clock, True


def _next_due(clock: TestClock) -> datetime | None:
    billing = Subscription.objects.filter(
        customer__test_clock=clock, next_billing_at__isnull=False, billing_failed_at__isnull=True
    ).aggregate(at=Min("next_billing_at"))
    charge = SubscriptionPeriod.objects.filter(
        subscription__customer__test_clock=clock, collect_at__isnull=False
    ).aggregate(at=Min("collect_at"))
    return min((at for at in (billing["at"], charge["at"]) if at is not None), default=None)
