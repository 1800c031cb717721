"""Record what the provider says about a refund, whoever brings the news."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.interface.messages import RefundSettledV1
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.orders.models import Order
from commerce.billing.outbox import publish
from commerce.billing.payments.check_schedule import next_check_at
from commerce.billing.payments.gateway import ProviderRefund, RefundOutcome
from commerce.billing.refunds.locks import lock_refund
from commerce.billing.refunds.mark_refund_failed import mark_refund_failed
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.note_on_timeline import note_on_timeline
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
                mark_refund_failed(
                    refund, order, reason=answer.failure_reason if answer else "", at=at
                )
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
    note_on_timeline(order, refund, "refund_settled", at=at)
