"""The kernel's clock: config/schedule.py says when each of these is rung."""

from __future__ import annotations

from celery import shared_task

from commerce.shared import clock
from commerce.shared.heartbeats import note_heartbeat
from commerce.shared.outbox import OUTBOXES
from commerce.shared.outbox import forget_delivered as _forget_delivered


@shared_task(name="shared.note_consumption")
def note_consumption(*, queue: str) -> None:
    """Rung through every queue: that a worker came as far as this line is the news."""
    note_heartbeat(queue)


@shared_task(name="shared.forget_delivered")
def forget_delivered() -> None:
    for outbox in OUTBOXES.values():
        while _forget_delivered(outbox, now=clock.now()):
            pass
