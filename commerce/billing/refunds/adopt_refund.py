"""Adopt a refund that somebody made in the provider's dashboard: the money moved, so it is booked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.orders.models import Order
from commerce.billing.orders.payment_progress import note_refunds
from commerce.billing.payments.gateway import ProviderRefund
from commerce.billing.payments.locks import lock_attempt
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.record_refund import record_refund
from commerce.billing.refunds.start_refund import start_refund
from commerce.shared import ids


def adopt_refund(*, answer: ProviderRefund, attempt_id: UUID, now: datetime) -> Refund:
    """Make it a refund of ours and record it; once for each. Finance has to find the reason.

    Raises:
        RefundExceedsBalance: the provider gave back more than we know to have been taken.
    """
    reference = f"provider:{answer.provider_id}"
    with transaction.atomic(durable=True):
        # Before the invoice, as everywhere; not every payment knows the order it delivers.
        order = (
            Order.objects.select_for_update(of=("self",), no_key=True)
            .filter(invoices__payments__attempts=attempt_id)
            .first()
        )
        attempt = lock_attempt(attempt_id)
        refund = Refund.objects.filter(reference=reference).first()
        if refund is None:
            refund = start_refund(
                payment=attempt.payment,
                attempt=attempt,
                amount=answer.amount,
                reference=reference,
                reason="made_at_provider",
                now=now,
            )
            refund.provider_id = answer.provider_id
            refund.save(update_fields=["provider_id"])
            if order:
                note_refunds(order, attempt.payment)
            open_incident(
                kind="refund_without_credit_note",
                subject=ids.encode("re", refund.id),
                details={"amount": str(answer.amount), "provider_id": answer.provider_id},
                now=now,
            )
    return record_refund(refund_id=refund.id, answer=answer, now=now)
