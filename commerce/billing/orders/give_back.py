"""Give money of an order back: a credit note for what is no longer owed, a refund for what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.billing.invoices.credits import LineCredit
from commerce.billing.invoices.issue_credit_note import issue_credit_note
from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.orders.digital_access import revocations_of
from commerce.billing.orders.locks import OrderMoney
from commerce.billing.orders.models import OrderLine
from commerce.billing.orders.payment_progress import note_refunds
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.start_refund import start_refund
from commerce.shared import ids
from commerce.shared.db import requires_transaction


@requires_transaction
def give_back(
    money: OrderMoney,
    line_credits: Sequence[LineCredit],
    *,
    reason: str,
    reference: str,
    at: datetime,
    now: datetime,
) -> Refund | None:
    """Write both and mark the order; the refund is then sent by the caller or by the sweeper.

    What somebody has given back past us already, in the provider's dashboard, is not given twice.
    Access that a line gave ends with its last unit, or with the last cent of its price.
    Returns None where nothing is left to give. `reference` names the cause, once.
    """
    order, payment = money.order, money.payment
    note = issue_credit_note(
        invoice=money.invoice, line_credits=line_credits, reason=reason, reference=reference, at=at
    )
    undone = _undone(money, line_credits)
    publish(*revocations_of(undone, at=at), occurred_at=at)
    if note is None or payment is None or money.paid_by is None:
        return None

    refund, amount = None, min(note.total, payment.captured - payment.refunded)
    if amount:
        refund = start_refund(
            payment=payment,
            attempt=money.paid_by,
            amount=amount,
            reference=reference,
            reason=reason,
            credit_note=note,
            now=now,
        )
    note_refunds(order, payment)
    if refund is None:
        return None
    event_of(
        order,
        "refund_started",
        at=at,
        refund_id=ids.encode("re", refund.id),
        credit_note=note.number,
        amount=amount,
        reason=reason,
    ).save(force_insert=True)
    return refund


def _undone(money: OrderMoney, line_credits: Sequence[LineCredit]) -> list[OrderLine]:
    """Give the order lines of which nothing is left, now that this has been credited."""
    return [
        money.lines[credit.line.order_line_id]
        for credit in line_credits
        if credit.line.order_line_id is not None and _is_used_up(credit.line)
    ]


def _is_used_up(line: InvoiceLine) -> bool:
    if not line.total_minor:
        return line.credited_quantity == line.quantity
    return line.credited_net_minor + line.credited_tax_minor == line.total_minor
