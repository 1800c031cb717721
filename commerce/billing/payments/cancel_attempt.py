"""Cancel an attempt: it is known that it moves no money, and nobody has declined it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.payments.locks import lock_attempt
from commerce.billing.payments.models import Attempt


def cancel_attempt(*, attempt_id: UUID, provider_id: str = "", now: datetime) -> Attempt:
    """Note that an attempt was never sent, or called off; the payment may be tried again.

    Repeating it changes nothing.
    """
    with transaction.atomic(durable=True):
        attempt = lock_attempt(attempt_id)
        if not attempt.is_open:
            return attempt

        attempt.cancel(at=now)
        attempt.provider_id = attempt.provider_id or provider_id or None
        attempt.save()
        attempt.payment.await_payment_method()
        attempt.payment.save(update_fields=["status"])
    return attempt
