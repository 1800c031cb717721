"""Send an attempt: ask the provider for its money, and record what it says."""

from __future__ import annotations

from datetime import datetime

import structlog

from commerce.billing.payments.cancel_attempt import cancel_attempt
from commerce.billing.payments.charge_request import request_of
from commerce.billing.payments.fail_payment import fail_payment
from commerce.billing.payments.gateway import (
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
)
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.note_progress import note_progress
from commerce.billing.payments.provider import provider
from commerce.billing.payments.record_charge import record_charge

log = structlog.get_logger(__name__)


def send_attempt(attempt: Attempt, *, now: datetime) -> Attempt:
    """Charge an attempt that was just stored as *sending*; it comes back as it is then.

    What the provider does not accept at all, such as a card it does not know, counts as declined.
    A process that dies in here leaves the attempt *sending*, and reconcile_payments.py finds it.

    Raises:
        ProviderUnavailable: nothing was sent; for a customer who waits, the attempt is over.
    """
    try:
        charge = provider().charge(request_of(attempt))
    except ProviderUnknown:
        return note_progress(attempt_id=attempt.id, charge=None, now=now)
    except ProviderUnavailable:
        if attempt.off_session:
            # Nobody waits for the answer: it stays as it is, and is sent again in a minute.
            return attempt
        cancel_attempt(attempt_id=attempt.id, now=now)
        raise
    except ProviderRefused as refused:
        # An answer like a decline: the attempt is over, and so is the payment's part in it.
        log.warning(
            "billing.payment.refused", attempt_id=str(attempt.id), code=refused.provider_code
        )
        return fail_payment(attempt_id=attempt.id, decline_code=refused.provider_code, now=now)
    return record_charge(attempt_id=attempt.id, charge=charge, now=now)
