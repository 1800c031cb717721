"""Process an event again: somebody has mended what it failed on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.carriers.process_events import process_events


def process_event_again(*, event_id: UUID, now: datetime) -> CarrierEvent:
    """Give an event that was parked, or waits for its next try, one now. Worked off: nothing to do.

    What it fails on this time stands on the row, and it is tried again by itself as a new one is.
    """
    CarrierEvent.objects.filter(pk=event_id, processed_at__isnull=True).update(
        parked_at=None, attempts=0, next_attempt_at=now
    )
    process_events(now=now, event_id=event_id)
    return CarrierEvent.objects.get(pk=event_id)
