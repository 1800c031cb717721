"""Record what the provider says about a refund, whoever brings the news."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.interface.messages import RefundSettledV1
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.ledger.reverse import reverse
from commerce.billing.orders.models import Order
from commerce.billing.orders.statuses import payment_status_of
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.payments.check_schedule import next_check_at
from commerce.billing.payments.gateway import ProviderRefund, RefundOutcome
from commerce.billing.refunds.locks import lock_refund
from commerce.billing.refunds.models import Refund
from commerce.shared import ids
from commerce.shared.db import requires_transaction


def record_refund(*, refund_id: UUID, answer: ProviderRefund | None, now: datetime) -> Refund:
    """Bring a refund to where the provider says it is; `answer=None`: it has not answered.

    May be repeated, in any order. A bank may send a refund back days after it succeeded: then the
    money is owed again, and a person has to find another way.
    """
    with transaction.atomic(durable=True):
        refund, order = lock_refund(refund_id)
        customer = refund.payment.customer
        at = customer.time(now=now) if customer else now
        if answer:
            refund.provider_id = answer.provider_id
        match answer and answer.status:
            case RefundOutcome.SUCCEEDED:
                _settle(refund, order, at=at)
            case RefundOutcome.FAILED:
                _fail(refund, order, reason=answer.failure_reason if answer else "", at=at)
            case _ if not refund.is_open:
                return refund
            case RefundOutcome.PENDING:
                refund.wait()
                _check_later(refund, now=now)
            case _:
                refund.lose_track()
                _check_later(refund, now=now)
        refund.save()
    return refund


def fail_refund(*, refund_id: UUID, reason: str, now: datetime) -> Refund:
    """Note that the provider does not accept a refund at all."""
    with transaction.atomic(durable=True):
        refund, order = lock_refund(refund_id)
        _fail(refund, order, reason=reason, at=now)
        refund.save()
    return refund


@requires_transaction
def _check_later(refund: Refund, *, now: datetime) -> None:
    refund.check_at = next_check_at(checks=refund.checks, now=now)
    if refund.check_at is None:
        open_incident(kind="refund_unresolved", subject=ids.encode("re", refund.id), now=now)


@requires_transaction
def _settle(refund: Refund, order: Order | None, *, at: datetime) -> None:
    # A refund that failed stays failed: its money is owed again, and a person has the case.
    if not refund.is_open:
        return
    refund.settle(at=at)
    post(templates.refund_settled(refund_id=refund.id, amount=refund.amount, at=at))
    publish(
        RefundSettledV1(
            refund_id=refund.id,
            payment_id=refund.payment_id,
            amount=refund.amount,
            settled_at=at,
        ),
        occurred_at=at,
    )
    _tell_order(order, refund, "refund_settled", at=at)


@requires_transaction
def _fail(refund: Refund, order: Order | None, *, reason: str, at: datetime) -> None:
    if refund.status == Refund.Status.FAILED:
        return
    if refund.status == Refund.Status.SUCCEEDED:
        reverse(reference=f"refund_settled:{refund.id}", at=at)
    refund.fail(failure_reason=reason[:64], at=at)
    payment = refund.payment
    payment.refunded_minor -= refund.amount_minor
    payment.save(update_fields=["refunded_minor"])
    if order and order.payment_status in _REFUNDED:
        order.payment_status = payment_status_of(
            captured_minor=payment.captured_minor, refunded_minor=payment.refunded_minor
        )
        order.save(update_fields=["payment_status"])
    open_incident(
        kind="refund_failed",
        subject=ids.encode("re", refund.id),
        details={"amount": str(refund.amount), "reason": reason},
        now=at,
    )
    _tell_order(order, refund, "refund_failed", at=at)


_REFUNDED = (Order.PaymentStatus.PARTIALLY_REFUNDED, Order.PaymentStatus.REFUNDED)


def _tell_order(order: Order | None, refund: Refund, kind: str, *, at: datetime) -> None:
    if order:
        event_of(
            order, kind, at=at, refund_id=ids.encode("re", refund.id), amount=refund.amount
        ).save(force_insert=True)
