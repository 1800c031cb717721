"""Start another attempt at a payment: stored first, sent afterwards."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.payments.models import Attempt, Payment
from commerce.shared.db import requires_transaction


@requires_transaction
def start_attempt(
    *,
    payment: Payment,
    payment_method: str,
    provider_customer: str,
    off_session: bool,
    saves_card: bool = False,
    now: datetime,
) -> Attempt:
    """Store the next try of a locked payment that has none open; send_attempt.py sends it."""
    last = payment.attempts.order_by("-attempt_no").values_list("attempt_no", flat=True).first()
    attempt = payment.new_attempt(
        attempt_no=(last or 0) + 1,
        payment_method=payment_method,
        provider_customer=provider_customer,
        off_session=off_session,
        saves_card=saves_card,
        now=now,
    )
    payment.save(update_fields=["status"])
    attempt.save(force_insert=True)
    return attempt
