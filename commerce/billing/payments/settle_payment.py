"""Settle a payment: the one place where money becomes a fact.

The provider's answer, its webhook and the reconciler all come here; whoever is first wins, the
others find it done.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.remember_card import remember_card
from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.interface.messages import PaymentSettledV1
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.orders.accept_paid_order import accept_paid_order
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.payments.gateway import Card, Charge
from commerce.billing.payments.locks import lock_attempt
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.refunds.start_refund import start_refund
from commerce.billing.subscriptions.record_period_paid import record_period_paid
from commerce.shared import ids
from commerce.shared.db import requires_transaction


def settle_payment(*, attempt_id: UUID, charge: Charge, now: datetime) -> Attempt:
    """Believe that the provider has moved the money of an attempt, and do all that follows.

    Repeating it changes nothing. Money that nobody owes any more, because the order was canceled
    or another attempt was faster, is booked and goes back by itself. Money of another amount than
    we asked for is not believed: a person has to look.
    """
    if charge.keeps_card and charge.card:
        _keep_card(attempt_id, charge.card, now=now)

    with transaction.atomic(durable=True):
        attempt = lock_attempt(attempt_id)
        if attempt.status == Attempt.Status.SUCCEEDED:
            return attempt
        if charge.captured != attempt.amount:
            return _doubt(attempt, charge, now=now)

        payment = attempt.payment
        at = payment.customer.time(now=now) if payment.customer else now
        is_owed = _is_owed(payment)
        _take(attempt, charge, at=at)
        if is_owed:
            _apply(attempt, at=at, now=now)
        else:
            _give_back(attempt, at=at, now=now)
        if payment.order:
            event_of(
                payment.order,
                "payment_settled",
                at=at,
                payment_id=ids.encode("pay", payment.id),
                amount=attempt.amount,
            ).save(force_insert=True)
    return attempt


def _is_owed(payment: Payment) -> bool:
    """Tell whether an invoice waits for exactly this; a paid or void one waits for nothing."""
    return payment.invoice.due_minor == payment.amount_minor


@requires_transaction
def _take(attempt: Attempt, charge: Charge, *, at: datetime) -> None:
    attempt.settle(at=at)
    attempt.provider_id = charge.provider_id
    if charge.card:
        # The provider's own id of the card, where the one we sent was only another name for it.
        attempt.payment_method = charge.card.provider_id
        attempt.card_brand, attempt.card_last4 = charge.card.brand, charge.card.last4
    attempt.save()
    payment = attempt.payment
    payment.settle(captured_minor=attempt.amount_minor, at=at)
    payment.save(update_fields=["status", "captured_minor", "succeeded_at"])


@requires_transaction
def _apply(attempt: Attempt, *, at: datetime, now: datetime) -> None:
    """Pay the invoice with it, and deliver what the invoice is for."""
    payment, invoice = attempt.payment, attempt.payment.invoice
    post(templates.payment_settled(attempt_id=attempt.id, amount=attempt.amount, at=at))
    invoice.mark_paid(at=at)
    invoice.save(update_fields=["status", "paid_minor", "paid_at"])
    settled = PaymentSettledV1(
        payment_id=payment.id, invoice_id=invoice.id, amount=attempt.amount, settled_at=at
    )
    if payment.order:
        accept_paid_order(payment.order, at=at, now=now, also=[settled])
    else:
        publish(settled, occurred_at=at)
        record_period_paid(invoice=invoice, now=now)


@requires_transaction
def _give_back(attempt: Attempt, *, at: datetime, now: datetime) -> None:
    """Book money that nobody owes, and send it back."""
    post(templates.unowed_payment_settled(attempt_id=attempt.id, amount=attempt.amount, at=at))
    start_refund(
        payment=attempt.payment,
        attempt=attempt,
        amount=attempt.amount,
        reference=f"unowed:{attempt.id}",
        reason="not_owed",
        now=now,
    )


@requires_transaction
def _doubt(attempt: Attempt, charge: Charge, *, now: datetime) -> Attempt:
    """Stop asking and call for a person: the provider speaks of other money than we do."""
    open_incident(
        kind="amount_mismatch",
        subject=ids.encode("att", attempt.id),
        details={
            "asked": str(attempt.amount),
            "captured": str(charge.captured),
            "provider_id": charge.provider_id,
        },
        now=now,
    )
    if attempt.is_open:
        attempt.lose_track()
        attempt.payment.lose_track()
        attempt.payment.save(update_fields=["status"])
    attempt.provider_id, attempt.check_at = charge.provider_id, None
    attempt.save(update_fields=["status", "provider_id", "check_at"])
    return attempt


def _keep_card(attempt_id: UUID, card: Card, *, now: datetime) -> None:
    """Remember the card first, in a transaction of its own: the customer is locked before all else.

    Dying after it leaves a card that the customer asked us to keep.
    """
    with transaction.atomic(durable=True):
        attempt = Attempt.objects.select_related("payment__customer").get(pk=attempt_id)
        if attempt.payment.customer:
            remember_card(card, customer=attempt.payment.customer, now=now)
