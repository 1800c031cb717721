"""Mark a refund failed: its money is owed again, and a person has to find another way."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.ledger.reverse import reverse
from commerce.billing.orders.models import Order
from commerce.billing.orders.payment_progress import note_refunds
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.note_on_timeline import note_on_timeline
from commerce.shared import ids
from commerce.shared.db import requires_transaction


@requires_transaction
def mark_refund_failed(refund: Refund, order: Order | None, *, reason: str, at: datetime) -> None:
    if refund.status == Refund.Status.FAILED:
        return
    if refund.status == Refund.Status.SUCCEEDED:
        reverse(reference=f"refund_settled:{refund.id}", at=at)
    refund.fail(failure_reason=reason[:64], at=at)
    payment = refund.payment
    payment.refunded_minor -= refund.amount_minor
    payment.save(update_fields=["refunded_minor"])
    if order:
        note_refunds(order, payment)
    open_incident(
        kind="refund_failed",
        subject=ids.encode("re", refund.id),
        details={"amount": str(refund.amount), "reason": reason},
        now=at,
    )
    note_on_timeline(order, refund, "refund_failed", at=at)
