"""Process an event again: somebody has mended what it failed on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from commerce.billing.provider_events.models import ProviderEvent
from commerce.billing.provider_events.process_event import process_event

log = structlog.get_logger(__name__)


def process_event_again(*, event_id: UUID, now: datetime) -> ProviderEvent:
    """Give an event that was parked, or waits for its next try, one now. Processed: nothing to do.

    What it fails on this time stands on the row, and it is tried again by itself as a new one is.
    """
    ProviderEvent.objects.filter(pk=event_id, processed_at__isnull=True).update(
        parked_at=None, attempts=0, next_attempt_at=now
    )
    try:
        process_event(event_id=event_id, now=now)
    except Exception:
        log.exception("billing.provider_event.failed", event_id=str(event_id))
    return ProviderEvent.objects.get(pk=event_id)
