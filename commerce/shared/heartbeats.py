"""How long ago somebody took a task from each queue, or a message from the outboxes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from commerce.shared.models import QueueHeartbeat


def note_heartbeat(name: str) -> None:
    """Note that whoever takes from this queue came as far as this line."""
    QueueHeartbeat.objects.bulk_create(
        [QueueHeartbeat(queue=name, consumed_at=Now())],
        update_conflicts=True,
        unique_fields=["queue"],
        update_fields=["consumed_at"],
    )


def silent_for_s(queues: Iterable[str]) -> dict[str, float]:
    """Give the silence of each queue in seconds; a queue that never spoke is silent for ever."""
    silence = ExpressionWrapper(Now() - F("consumed_at"), output_field=DurationField())
    known = dict(QueueHeartbeat.objects.annotate(age=silence).values_list("queue", "age"))
    return {queue: known[queue].total_seconds() if queue in known else math.inf for queue in queues}
