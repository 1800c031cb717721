"""Start a refund: from here on the money is on its way back, whoever sends it."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.invoices.credits import RefundExceedsBalance
from commerce.billing.invoices.models import CreditNote
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.refunds.models import Refund
from commerce.shared.db import requires_transaction
from commerce.shared.money import Money


@requires_transaction
def start_refund(
    *,
    payment: Payment,
    attempt: Attempt,
    amount: Money,
    reference: str,
    reason: str,
    credit_note: CreditNote | None = None,
    now: datetime,
) -> Refund:
    """Store a refund of a locked payment, due to be sent at once by the request or the sweeper.

    The payment counts it as given back from now on, so that two refunds at once cannot take the
    same money; a constraint of the table says the same.

    Raises:
        RefundExceedsBalance: that much is not left.
    """
    refundable = payment.captured - payment.refunded
    if refundable < amount:
        raise RefundExceedsBalance(wanted=amount, refundable=refundable)
    payment.refunded_minor += amount.minor
    payment.save(update_fields=["refunded_minor"])
    refund = Refund(
        payment=payment,
        attempt=attempt,
        credit_note=credit_note,
        reference=reference,
        reason=reason,
        amount_minor=amount.minor,
        currency=amount.currency,
        created_at=now,
        check_at=now,
    )
    refund.save(force_insert=True)
    return refund
