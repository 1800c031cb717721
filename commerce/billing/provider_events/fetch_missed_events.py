"""Fetch missed events: whatever the provider has said and no webhook has brought."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.payments.provider import provider
from commerce.billing.provider_events.receive_event import receive_event


def fetch_missed_events(*, since: datetime, until: datetime | None = None, now: datetime) -> int:
    """List the provider's events since a moment, and store those that are new; returns how many.

    Those that came are known already, so looking back too far costs time and nothing else. The
    provider keeps them for 30 days: https://docs.stripe.com/api/events.
    """
    listed = provider().events_since(since, until=until)
    received = (receive_event(event, now=now) for event in listed)
    return sum(1 for event_id in received if event_id)
