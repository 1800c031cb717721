"""Record a dispute: a customer's bank takes money back, and may have to return it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.billing.disputes.models import Dispute
from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.ledger.templates import Posting
from commerce.billing.orders.timeline import event_of
from commerce.billing.payments.gateway import ProviderDispute
from commerce.billing.payments.locks import lock_attempt
from commerce.billing.payments.models import Attempt
from commerce.shared import ids
from commerce.shared.db import requires_transaction

_OVER = (Dispute.Status.WON, Dispute.Status.LOST, Dispute.Status.WARNING_CLOSED)


def record_dispute(*, answer: ProviderDispute, now: datetime) -> Dispute | None:
    """Bring our record to where the provider says it is, and book what money has moved.

    Each movement is booked once, in whatever order the news comes. None: not a payment of ours.
    """
    attempt = Attempt.objects.filter(provider_id=answer.charge).first()
    if attempt is None:
        return None
    with transaction.atomic(durable=True):
        # The payment's lock makes one of two reports at once wait for the other.
        payment = lock_attempt(attempt.id).payment
        dispute, is_new = Dispute.objects.get_or_create(
            provider_id=answer.provider_id,
            defaults={
                "payment": payment,
                "status": answer.status,
                "reason": answer.reason[:64],
                "amount_minor": answer.amount.minor,
                "currency": answer.amount.currency,
                "opened_at": answer.opened_at,
            },
        )
        dispute.status = Dispute.Status(answer.status)
        post(*_postings(dispute, answer, at=now))
        if dispute.status in _OVER:
            dispute.closed_at = dispute.closed_at or now
        dispute.save()
        if is_new:
            _raise_the_alarm(dispute, now=now)
        if payment.order:
            event_of(
                payment.order,
                "dispute_recorded",
                at=now,
                dispute_id=ids.encode("dp", dispute.id),
                status=dispute.status,
                amount=dispute.amount,
            ).save(force_insert=True)
    return dispute


@requires_transaction
def _postings(dispute: Dispute, answer: ProviderDispute, *, at: datetime) -> list[Posting]:
    """Book what has moved since the last report, and mark it as booked."""
    found: list[Posting] = []
    which, amount = dispute.id, dispute.amount
    if answer.is_withdrawn and not dispute.withdrawn_at:
        dispute.withdrawn_at = at
        found.append(templates.dispute_funds_withdrawn(dispute_id=which, amount=amount, at=at))
    if answer.is_reinstated and not dispute.reinstated_at:
        dispute.reinstated_at = at
        found.append(templates.dispute_funds_reinstated(dispute_id=which, amount=amount, at=at))
    is_lost = dispute.status == Dispute.Status.LOST and not dispute.closed_at
    if is_lost and dispute.withdrawn_at and not dispute.reinstated_at:
        found.append(templates.dispute_lost(dispute_id=which, amount=amount, at=at))
    return found


@requires_transaction
def _raise_the_alarm(dispute: Dispute, *, now: datetime) -> None:
    open_incident(
        kind="dispute_opened",
        subject=ids.encode("dp", dispute.id),
        details={"amount": str(dispute.amount), "reason": dispute.reason},
        now=now,
    )
