"""Record what the provider says about an attempt, whoever brings the news."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.payments.cancel_attempt import cancel_attempt
from commerce.billing.payments.fail_payment import fail_payment
from commerce.billing.payments.gateway import Charge, ChargeStatus
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.note_progress import note_progress
from commerce.billing.payments.settle_payment import settle_payment


def record_charge(*, attempt_id: UUID, charge: Charge, now: datetime) -> Attempt:
    """Bring an attempt to where the provider says it is. May be repeated, in any order."""
    match charge.status:
        case ChargeStatus.SUCCEEDED:
            return settle_payment(attempt_id=attempt_id, charge=charge, now=now)
        case ChargeStatus.DECLINED:
            return fail_payment(
                attempt_id=attempt_id,
                decline_code=charge.decline_code,
                provider_id=charge.provider_id,
                now=now,
            )
        case ChargeStatus.CANCELED:
            return cancel_attempt(attempt_id=attempt_id, provider_id=charge.provider_id, now=now)
        case _:
            return note_progress(attempt_id=attempt_id, charge=charge, now=now)
