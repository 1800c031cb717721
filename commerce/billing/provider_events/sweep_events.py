"""Sweep events: process what no bell has woken anybody for, or what failed before."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from commerce.billing.provider_events.process_event import process_event
from commerce.shared.sweeping import goes_well

# Longer than processing takes, with the provider's timeouts.
LEASE = timedelta(minutes=1)
BATCH_SIZE = 100


def sweep_events(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Process the events that are due; returns how many. Any number may run at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE billing_providerevent SET next_attempt_at = %s
             WHERE id IN (SELECT id FROM billing_providerevent WHERE next_attempt_at <= %s
                           ORDER BY next_attempt_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING id
            """,
            [now + LEASE, now, limit],
        )
        claimed = [row[0] for row in cursor.fetchall()]
    for event_id in sorted(claimed):
        # What fails is kept on the event with its reason.
        process = partial(process_event, event_id=event_id, now=now)
        goes_well(process, event="billing.provider_event.failed", event_id=str(event_id))
    return len(claimed)
