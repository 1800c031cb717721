"""Sweep refunds: send what was decided and not sent, ask about what was not answered."""

from __future__ import annotations

from datetime import datetime

import structlog

from commerce.billing.payments.claim_due import claim_due
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.send_refund import send_refund

log = structlog.get_logger(__name__)

# A batch is sent within its lease (claim_due.py), also when the provider is slow.
BATCH_SIZE = 10


def sweep_refunds(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Take up the refunds that are due; returns how many. Any number may run at once."""
    claimed = claim_due(Refund, now=now, limit=limit)
    for refund_id in claimed:
        try:
            send_refund(refund_id=refund_id, now=now)
        except Exception:
            # Told to Sentry, and looked at again after its lease; the others must not wait for it.
            log.exception("billing.refund.sweep_failed", refund_id=str(refund_id))
    return len(claimed)
