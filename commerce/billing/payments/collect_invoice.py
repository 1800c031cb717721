"""Collect an invoice: charge a kept card while the customer is away, as was agreed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.invoices.models import Invoice
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.payments.pacing import pacer
from commerce.billing.payments.send_attempt import send_attempt
from commerce.billing.payments.start_attempt import start_attempt


def collect_invoice(*, invoice_id: UUID, payment_method: str, now: datetime) -> Attempt | None:
    """Charge what an open invoice owes; returns the attempt, None where nothing is to be paid.

    While an attempt is open, or nobody knows how it ended, that one is returned and no other is
    made: calling it again never charges again. Waits for its turn at the provider.
    """
    with transaction.atomic(durable=True):
        invoice = (
            Invoice.objects.select_related("customer")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=invoice_id)
        )
        if invoice.due_minor == 0:
            return None
        payment = _payment_of(invoice, now=now)
        if payment.status == Payment.Status.SUCCEEDED:
            return None
        open_attempt = payment.attempts.filter(status__in=Attempt.OPEN).first()
        if open_attempt:
            return open_attempt

        attempt = start_attempt(
            payment=payment,
            payment_method=payment_method,
            provider_customer=(invoice.customer and invoice.customer.stripe_customer_id) or "",
            off_session=True,
            now=now,
        )

    pacer().wait_turn()
    return send_attempt(attempt, now=now)


def _payment_of(invoice: Invoice, *, now: datetime) -> Payment:
    payment = (
        Payment.objects.select_for_update(of=("self",), no_key=True)
        .filter(invoice=invoice)
        .exclude(status=Payment.Status.CANCELED)
        .first()
    )
    if payment:
        return payment
    return Payment.objects.create(
        invoice=invoice,
        customer=invoice.customer,
        amount_minor=invoice.due_minor,
        currency=invoice.currency,
        created_at=now,
    )
