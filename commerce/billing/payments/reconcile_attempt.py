"""Reconcile an attempt: ask the provider how it went, and believe the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from commerce.billing.payments.charge_request import request_of
from commerce.billing.payments.check_schedule import KEY_LIVES_FOR
from commerce.billing.payments.fail_payment import fail_payment
from commerce.billing.payments.gateway import (
    Charge,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
)
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.note_progress import note_progress
from commerce.billing.payments.provider import provider
from commerce.billing.payments.record_charge import record_charge

log = structlog.get_logger(__name__)


def reconcile_attempt(*, attempt_id: UUID, now: datetime) -> Attempt:
    """Ask about one attempt, and believe the answer. Never a new charge before a definite answer."""
    attempt = Attempt.objects.select_related("payment").get(pk=attempt_id)
    if not attempt.is_open:
        return attempt
    try:
        charge = _ask(attempt, now=now)
    except (ProviderUnknown, ProviderUnavailable, ProviderRefused) as failure:
        if isinstance(failure, ProviderRefused) and attempt.status == Attempt.Status.SENDING:
            # Nothing of it is there, and it is not accepted now: it never was.
            return fail_payment(attempt_id=attempt.id, decline_code=failure.provider_code, now=now)
        # Refused too: what an unanswered sending did is not told by a second that is refused.
        log.warning(
            "billing.payment.still_unknown", attempt_id=str(attempt.id), because=failure.code
        )
        was_reached = not isinstance(failure, ProviderUnavailable)
        return note_progress(attempt_id=attempt.id, charge=None, was_reached=was_reached, now=now)
    if charge is None:
        return note_progress(attempt_id=attempt.id, charge=None, now=now)
    return record_charge(attempt_id=attempt.id, charge=charge, now=now)


def _ask(attempt: Attempt, *, now: datetime) -> Charge | None:
    if attempt.provider_id:
        return provider().retrieve(attempt.provider_id)
    found = provider().find(attempt.id)
    if found:
        return found
    if now - attempt.created_at < KEY_LIVES_FOR:
        # The same key moves money at most once, so sending again is also asking.
        return provider().charge(request_of(attempt))
    return None
