"""Store a carrier's event: kept once, as it came, before it is acknowledged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.fulfilment.carriers.models import CarrierEvent


def store_event(*, provider: str, event_id: str, body: str, now: datetime) -> UUID | None:
    """Keep an event for the worker, and give its id; None: it was kept before."""
    with transaction.atomic(durable=True):
        row, is_new = CarrierEvent.objects.get_or_create(
            provider=provider,
            event_id=event_id,
            defaults={"body": body, "received_at": now, "next_attempt_at": now},
        )
    return row.id if is_new else None
