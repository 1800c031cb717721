"""Sweep refunds: send what was decided and not sent, ask about what was not answered."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from commerce.billing.payments.claim_due import claim_due
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.record_refund import record_refund
from commerce.billing.refunds.send_refund import send_refund
from commerce.shared.sweeping import goes_well

# A batch is sent within its lease (claim_due.py), also when the provider is slow.
BATCH_SIZE = 10
FAILED = "billing.refund.sweep_failed"


def sweep_refunds(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Take up the refunds that are due; returns how many. Any number may run at once."""
    claimed = claim_due(Refund, now=now, limit=limit)
    for refund_id in claimed:
        send = partial(send_refund, refund_id=refund_id, now=now)
        put_off = partial(record_refund, refund_id=refund_id, answer=None, now=now)
        if not goes_well(send, event=FAILED, refund_id=str(refund_id)):
            # As if nobody had answered: asked again more and more rarely, then a person's.
            goes_well(put_off, event=FAILED, refund_id=str(refund_id))
    return len(claimed)
