"""Fail a payment: the provider has said that an attempt moved no money and never will."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.interface.messages import PaymentFailedV1
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.payments.locks import lock_attempt
from commerce.billing.payments.models import Attempt
from commerce.billing.subscriptions.record_period_declined import record_period_declined
from commerce.shared import ids


def fail_payment(
    *,
    attempt_id: UUID,
    decline_code: str,
    provider_id: str = "",
    now: datetime,
) -> Attempt:
    """Note a decline. The payment may be tried again; a renewal goes on the retry schedule.

    Repeating it changes nothing, and neither does bad news about money that has arrived.
    """
    with transaction.atomic(durable=True):
        attempt = lock_attempt(attempt_id)
        if not attempt.is_open:
            return attempt

        payment = attempt.payment
        at = payment.customer.time(now=now) if payment.customer else now
        attempt.decline(decline_code=decline_code, at=at)
        attempt.provider_id = attempt.provider_id or provider_id or None
        attempt.save()
        payment.await_payment_method()
        payment.save(update_fields=["status"])

        publish(
            PaymentFailedV1(
                payment_id=payment.id,
                invoice_id=payment.invoice_id,
                decline_code=decline_code,
                failed_at=at,
            ),
            occurred_at=at,
        )
        if payment.order:
            event_of(
                payment.order,
                "payment_declined",
                at=at,
                payment_id=ids.encode("pay", payment.id),
                decline_code=decline_code,
            ).save(force_insert=True)
        else:
            record_period_declined(invoice=payment.invoice, decline_code=decline_code, now=now)
    return attempt
