"""Reconcile payments: ask the provider about every attempt whose fate is open.

Finds what a dead process left *sending*, what an outage left *unknown*, and what a webhook that
never came would have told.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from commerce.billing.payments.claim_due import claim_due
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.note_progress import note_progress
from commerce.billing.payments.reconcile_attempt import reconcile_attempt
from commerce.shared.sweeping import goes_well

# A batch is asked about within its lease (claim_due.py), also when the provider is slow.
BATCH_SIZE = 10
FAILED = "billing.attempt.sweep_failed"


def reconcile_payments(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Ask about the attempts that are due; returns how many. Any number may run at once."""
    claimed = claim_due(Attempt, now=now, limit=limit)
    for attempt_id in claimed:
        ask = partial(reconcile_attempt, attempt_id=attempt_id, now=now)
        put_off = partial(note_progress, attempt_id=attempt_id, charge=None, now=now)
        if not goes_well(ask, event=FAILED, attempt_id=str(attempt_id)):
            # As if nobody had answered: asked again more and more rarely, then a person's.
            goes_well(put_off, event=FAILED, attempt_id=str(attempt_id))
    return len(claimed)
