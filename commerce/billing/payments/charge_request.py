"""What the provider is asked for an attempt, the first time and every time after it."""

from __future__ import annotations

from commerce.billing.payments.gateway import ChargeRequest
from commerce.billing.payments.models import Attempt


def request_of(attempt: Attempt) -> ChargeRequest:
    """Build the request from what is stored, so that sending it again sends the same."""
    return ChargeRequest(
        attempt_id=attempt.id,
        payment_id=attempt.payment_id,
        order_id=attempt.payment.order_id,
        amount=attempt.amount,
        payment_method=attempt.payment_method,
        customer=attempt.provider_customer or None,
        off_session=attempt.off_session,
        saves_card=attempt.saves_card,
    )
