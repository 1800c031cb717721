"""How long ago somebody took a task from each queue."""

from __future__ import annotations

import math
from collections.abc import Iterable

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from commerce.shared.models import QueueHeartbeat


def silent_for_s(queues: Iterable[str]) -> dict[str, float]:
    """Give the silence of each queue in seconds; a queue that never spoke is silent for ever."""
    silence = ExpressionWrapper(Now() - F("consumed_at"), output_field=DurationField())
    known = dict(QueueHeartbeat.objects.annotate(age=silence).values_list("queue", "age"))
    return {queue: known[queue].total_seconds() if queue in known else math.inf for queue in queues}
