"""Reconcile payments: ask the provider about every attempt whose fate is open.

Finds what a dead process left *sending*, what an outage left *unknown*, and what a webhook that
never came would have told.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from commerce.billing.payments.claim_due import claim_due
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.reconcile_attempt import reconcile_attempt

log = structlog.get_logger(__name__)

# A batch is asked about within its lease (claim_due.py), also when the provider is slow.
BATCH_SIZE = 10


def reconcile_payments(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Ask about the attempts that are due; returns how many. Any number may run at once."""
    claimed = claim_due(Attempt, now=now, limit=limit)
    for attempt_id in claimed:
        try:
            reconcile_attempt(attempt_id=attempt_id, now=now)
        except Exception:
            # Told to Sentry, and looked at again after its lease; the others must not wait for it.
            log.exception("billing.attempt.sweep_failed", attempt_id=str(attempt_id))
    return len(claimed)
