"""Receive a provider's event: store it once, so that it can be acknowledged at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commerce.billing.payments.gateway import Event
from commerce.billing.provider_events.models import ProviderEvent

# The bell rung on arrival comes first; whatever it did not wake is swept up after this.
SWEEP_AFTER = timedelta(seconds=15)


def receive_event(event: Event, *, now: datetime) -> UUID | None:
    """Store an event and give its row; None: it was here before."""
    row = ProviderEvent(
        event_id=event.event_id,
        type=event.type[:100],
        object_id=event.object_id[:255],
        payload=event.payload,
        received_at=now,
        next_attempt_at=now + SWEEP_AFTER,
    )
    with transaction.atomic(durable=True):
        ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
        is_new = ProviderEvent.objects.filter(pk=row.pk).exists()
    return row.id if is_new else None
