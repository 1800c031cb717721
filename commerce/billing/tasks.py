"""Billing's clock: config/schedule.py says when each of these is rung.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task

from commerce.billing.checkout.expire_checkouts import expire_checkouts as _expire_checkouts
from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.orders.expire_orders import expire_orders as _expire_orders
from commerce.billing.orders.finish_cancellations import (
    finish_cancellations as _finish_cancellations,
)
from commerce.billing.payments import reconcile_payments as _reconcile_payments
from commerce.billing.provider_events import sweep_events as _sweep_events
from commerce.billing.provider_events.fetch_missed_events import (
    fetch_missed_events as _fetch_missed_events,
)
from commerce.billing.provider_events.process_event import process_event as _process_event
from commerce.billing.refunds import sweep_refunds as _sweep_refunds
from commerce.shared import clock, idempotency

# Twice the time between two looks, so that one may be missed.
LOOK_BACK_HOURS = 2


@shared_task(name="billing.process_provider_event", queue="webhooks")
def process_provider_event(*, event_id: str, **_newer_release_may_send_more: object) -> None:
    _process_event(event_id=UUID(event_id), now=clock.now())


@shared_task(name="billing.sweep_provider_events", queue="webhooks")
def sweep_provider_events() -> None:
    while _sweep_events.sweep_events(now=clock.now()) == _sweep_events.BATCH_SIZE:
        pass


@shared_task(name="billing.fetch_missed_events", queue="webhooks")
def fetch_missed_events(*, hours: int = LOOK_BACK_HOURS) -> None:
    now = clock.now()
    _fetch_missed_events(since=now - timedelta(hours=hours), now=now)


@shared_task(name="billing.reconcile_payments", queue="money")
def reconcile_payments() -> None:
    batch_size = _reconcile_payments.BATCH_SIZE
    while _reconcile_payments.reconcile_payments(now=clock.now()) == batch_size:
        pass


@shared_task(name="billing.sweep_refunds", queue="money")
def sweep_refunds() -> None:
    while _sweep_refunds.sweep_refunds(now=clock.now()) == _sweep_refunds.BATCH_SIZE:
        pass


@shared_task(name="billing.expire_orders", queue="money")
def expire_orders() -> None:
    _expire_orders(now=clock.now())


@shared_task(name="billing.finish_cancellations", queue="money")
def finish_cancellations() -> None:
    _finish_cancellations(now=clock.now())


@shared_task(name="billing.expire_checkouts", queue="default")
def expire_checkouts() -> None:
    _expire_checkouts(now=clock.now())


@shared_task(name="billing.forget_idempotency_keys", queue="default")
def forget_idempotency_keys() -> None:
    idempotency.forget_old(IdempotencyRecord, now=clock.now())
