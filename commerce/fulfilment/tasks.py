"""Fulfilment's clock: config/schedule.py says when each of these is rung.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from commerce.fulfilment.carriers import process_events as _process_events
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.inventory import expire_reservations as _expire_reservations
from commerce.fulfilment.inventory import tell_availability as _tell_availability
from commerce.fulfilment.shipments import finish_labels as _finish_labels
from commerce.shared import clock, idempotency


@shared_task(name="fulfilment.expire_reservations")
def expire_reservations() -> None:
    batch_size = _expire_reservations.BATCH_SIZE
    while _expire_reservations.expire_reservations(now=clock.now()) == batch_size:
        pass


@shared_task(name="fulfilment.tell_availability")
def tell_availability() -> None:
    batch_size = _tell_availability.BATCH_SIZE
    while _tell_availability.tell_availability(now=clock.now()) == batch_size:
        pass


@shared_task(name="fulfilment.finish_labels")
def finish_labels() -> None:
    _finish_labels.finish_labels(now=clock.now())


@shared_task(name="fulfilment.process_carrier_events")
def process_carrier_events() -> None:
    while _process_events.process_events(now=clock.now()) == _process_events.BATCH_SIZE:
        pass


@shared_task(name="fulfilment.process_carrier_event")
def process_carrier_event(*, event_id: str) -> None:
    """Rung by the webhook itself, so that nobody waits for the next sweep."""
    _process_events.process_events(now=clock.now(), event_id=UUID(event_id))


@shared_task(name="fulfilment.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    idempotency.forget_old(IdempotencyRecord, now=clock.now())
