"""Billing's clock: config/schedule.py says when each of these is rung.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings

from commerce.billing.checkout.expire_checkouts import expire_checkouts as _expire_checkouts
from commerce.billing.customers.models import TestClock
from commerce.billing.customers.move_test_clock import move_test_clock as _move_test_clock
from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.invoices.recognize_periods import recognize_periods as _recognize_periods
from commerce.billing.jobs.forget_runs import forget_runs as _forget_runs
from commerce.billing.jobs.run_once import run_once
from commerce.billing.orders.expire_orders import expire_orders as _expire_orders
from commerce.billing.orders.finish_cancellations import (
    finish_cancellations as _finish_cancellations,
)
from commerce.billing.payments import reconcile_payments as _reconcile_payments
from commerce.billing.provider_events import sweep_events as _sweep_events
from commerce.billing.provider_events.catch_up_with_events import (
    catch_up_with_events as _catch_up_with_events,
)
from commerce.billing.provider_events.process_event import process_event as _process_event
from commerce.billing.refunds import sweep_refunds as _sweep_refunds
from commerce.billing.subscriptions.collect_period import collect_period as _collect_period
from commerce.billing.subscriptions.migrate_subscriptions import (
    migrate_subscriptions as _migrate_subscriptions,
)
from commerce.billing.subscriptions.queries import (
    claim_periods_to_collect,
    clocks,
    unfinished_migrations,
)
from commerce.billing.subscriptions.retry_failed_billing import (
    retry_failed_billing as _retry_failed_billing,
)
from commerce.billing.subscriptions.run_billing import run_billing as _run_billing
from commerce.shared import clock, idempotency

# The next minute's bell goes on where this one stops, well before the task's time limit.
BILL_AT_MOST_S = 50
# The next bell goes on where this one stops.
CATCH_UP_AT_MOST_S = 50
# As config/schedule.py has it: what the provider's allowance lets through until the next bell.
COLLECT_EVERY_S = 10


@shared_task(name="billing.process_provider_event")
def process_provider_event(*, event_id: str, **_newer_release_may_send_more: object) -> None:
    _process_event(event_id=UUID(event_id), now=clock.now())


@shared_task(name="billing.sweep_provider_events")
def sweep_provider_events() -> None:
    while _sweep_events.sweep_events(now=clock.now()) == _sweep_events.BATCH_SIZE:
        pass


@shared_task(name="billing.fetch_missed_events")
def fetch_missed_events(**_older_release_may_send_more: object) -> None:
    stop_at = time.monotonic() + CATCH_UP_AT_MOST_S
    _catch_up_with_events(now=clock.now(), keep_going=lambda: time.monotonic() < stop_at)


@shared_task(name="billing.reconcile_payments")
def reconcile_payments() -> None:
    batch_size = _reconcile_payments.BATCH_SIZE
    while _reconcile_payments.reconcile_payments(now=clock.now()) == batch_size:
        pass


@shared_task(name="billing.sweep_refunds")
def sweep_refunds() -> None:
    while _sweep_refunds.sweep_refunds(now=clock.now()) == _sweep_refunds.BATCH_SIZE:
        pass


@shared_task(name="billing.expire_orders")
def expire_orders() -> None:
    _expire_orders(now=clock.now())


@shared_task(name="billing.finish_cancellations")
def finish_cancellations() -> None:
    _finish_cancellations(now=clock.now())


@shared_task(name="billing.expire_checkouts")
def expire_checkouts() -> None:
    _expire_checkouts(now=clock.now())


@shared_task(name="billing.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    idempotency.forget_old(IdempotencyRecord, now=clock.now())


@shared_task(name="billing.recognize_periods")
def recognize_periods() -> None:
    while _recognize_periods(now=clock.now()):
        pass


@shared_task(name="billing.run_billing")
def run_billing() -> None:
    now, stop_at = clock.now(), time.monotonic() + BILL_AT_MOST_S
    run_once(
        job="run_billing",
        window=f"{now:%Y-%m-%dT%H:%M}",
        lease=timedelta(minutes=3),
        now=now,
        work=lambda: asdict(_run_billing(now=now, keep_going=lambda: time.monotonic() < stop_at)),
    )


@shared_task(name="billing.migrate_subscriptions")
def migrate_subscriptions() -> None:
    """Go on with every migration that is not finished; the next bell goes on where this stops."""
    stop_at = time.monotonic() + BILL_AT_MOST_S
    for migration_id in unfinished_migrations():
        _migrate_subscriptions(
            migration_id=migration_id,
            now=clock.now(),
            keep_going=lambda: time.monotonic() < stop_at,
        )


@shared_task(name="billing.retry_failed_billing")
def retry_failed_billing() -> None:
    _retry_failed_billing()


@shared_task(name="billing.collect_due_periods")
def collect_due_periods() -> None:
    """Send due periods to tasks of their own: no more than can be charged until the next bell."""
    now, limit = clock.now(), settings.STRIPE_REQUESTS_PER_SECOND * COLLECT_EVERY_S
    for clock_id in clocks():
        for period_id in claim_periods_to_collect(now=now, limit=limit, clock_id=clock_id):
            collect_period.delay(period_id=str(period_id))


@shared_task(name="billing.collect_period")
def collect_period(*, period_id: str, **_newer_release_may_send_more: object) -> None:
    _collect_period(period_id=UUID(period_id), now=clock.now())


@shared_task(name="billing.move_test_clocks")
def move_test_clocks() -> None:
    advancing = TestClock.objects.filter(status=TestClock.Status.ADVANCING)
    for clock_id in advancing.values_list("pk", flat=True):
        _move_test_clock(clock_id=clock_id, now=clock.now())


@shared_task(name="billing.forget_runs")
def forget_runs() -> None:
    _forget_runs(now=clock.now())
