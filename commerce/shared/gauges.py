"""Figures that stand in the database, and are read when somebody asks for the metrics.

A context registers its own in `commerce/<context>/gauges.py`, which is found by itself:

    @gauge("commerce_payments_unknown", "Payments whose outcome the provider has not told.")
    def unknown_payments() -> float:
        return Payment.objects.filter(status="unknown").count()

Each is one cheap statement on an index: every scrape runs them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import CharField, Min, QuerySet
from django.db.models.functions import Cast

from commerce.shared import clock
from commerce.shared.ids import made_at
from commerce.shared.models import QueueHeartbeat
from commerce.shared.outbox import OUTBOXES, OutboxMessageBase

Reading = float | Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseGauge:
    """`label` names what the keys of a mapping are; a single number has none."""

    name: str
    meaning: str
    label: str | None
    read: Callable[[], Reading]


GAUGES: dict[str, DatabaseGauge] = {}


def gauge[R: Reading](
    name: str, meaning: str, *, label: str | None = None
) -> Callable[[Callable[[], R]], Callable[[], R]]:
    """Register a reader: it gives a number, or one number for each value of `label`."""

    def register(read: Callable[[], R]) -> Callable[[], R]:
        known = GAUGES.get(name)
        if known and known.read.__qualname__ != read.__qualname__:
            raise ValueError(f"two gauges are named {name}")
        GAUGES[name] = DatabaseGauge(name=name, meaning=meaning, label=label, read=read)
        return read

    return register


# The kernel's own.


@gauge(
    "commerce_outbox_waiting", "Messages that not every receiver has confirmed.", label="context"
)
def outbox_waiting() -> dict[str, float]:
    return {context: _waiting(outbox).count() for context, outbox in OUTBOXES.items()}


@gauge("commerce_outbox_oldest_seconds", "Age of the oldest of them.", label="context")
def outbox_oldest_seconds() -> dict[str, float]:
    ages = {}
    for context, outbox in OUTBOXES.items():
        # Older PostgreSQL has no min() of UUIDs; as text they sort the same.
        oldest = _waiting(outbox).aggregate(id=Min(Cast("pk", CharField())))["id"]
        age = clock.now() - made_at(UUID(oldest)) if oldest else timedelta(0)
        ages[context] = max(age.total_seconds(), 0.0)
    return ages


@gauge("commerce_outbox_parked", "Messages given up; each waits for a person.", label="context")
def outbox_parked() -> dict[str, float]:
    return {
        context: outbox._default_manager.filter(parked_at__isnull=False).count()
        for context, outbox in OUTBOXES.items()
    }


@gauge(
    "commerce_worker_last_consumed_timestamp",
    "When a worker last took a task from the queue, in Unix time.",
    label="queue",
)
def worker_last_consumed_timestamp() -> dict[str, float]:
    rows = QueueHeartbeat.objects.values_list("queue", "consumed_at")
    return {queue: at.timestamp() for queue, at in rows}


def _waiting(outbox: type[OutboxMessageBase]) -> QuerySet[OutboxMessageBase]:
    return outbox._default_manager.filter(delivered_at__isnull=True, parked_at__isnull=True)
