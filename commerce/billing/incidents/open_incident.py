"""Open an incident: no rule knows what is right here, so a person has to look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from commerce.billing.incidents.models import Incident
from commerce.shared.db import requires_transaction

log = structlog.get_logger(__name__)


@requires_transaction
def open_incident(
    *, kind: str, subject: str, details: dict[str, Any] | None = None, now: datetime
) -> None:
    """Note it and raise the alarm; while one is open for the same subject, it stays the only one."""
    log.error("billing.incident.opened", kind=kind, subject=subject, **(details or {}))
    Incident.objects.bulk_create(
        [Incident(kind=kind, subject=subject, details=details or {}, opened_at=now)],
        ignore_conflicts=True,
    )
