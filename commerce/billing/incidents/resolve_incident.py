"""Resolve an incident: a person has looked, and says what was done about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.incidents.models import Incident


def resolve_incident(*, incident_id: UUID, resolution: str, now: datetime) -> Incident:
    """Close it with a sentence; the same may open anew later. The first resolution stays."""
    with transaction.atomic(durable=True):
        incident = Incident.objects.select_for_update(no_key=True).get(pk=incident_id)
        if incident.resolved_at is None:
            incident.resolved_at, incident.resolution = now, resolution
            incident.save(update_fields=["resolved_at", "resolution"])
    return incident
