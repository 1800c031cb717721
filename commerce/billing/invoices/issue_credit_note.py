"""Issue a credit note: the only way to correct an invoice once it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commerce.billing.interface.messages import CreditNoteIssuedV1
from commerce.billing.invoices.credits import LineCredit
from commerce.billing.invoices.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from commerce.billing.invoices.numbering import CREDIT_NOTES, take_numbers
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.outbox import publish
from commerce.shared.db import insert_all, requires_transaction
from commerce.shared.money import Money


@requires_transaction
def issue_credit_note(
    *,
    invoice: Invoice,
    line_credits: Sequence[LineCredit],
    reason: str,
    reference: str,
    at: datetime,
) -> CreditNote | None:
    """Take parts of locked invoice lines back; None where they are worth nothing.

    The lines remember what was credited, so that nothing is credited twice; constraints of the
    tables say the same. `reference` is unique: what caused it has one credit note.
    """
    net = Money.sum((credit.net for credit in line_credits), currency=invoice.currency)
    tax = Money.sum((credit.tax for credit in line_credits), currency=invoice.currency)
    earned = Money.sum((credit.earned for credit in line_credits), currency=invoice.currency)
    _mark(line_credits)
    if not net + tax:
        return None

    invoice.credited += net + tax
    invoice.save(update_fields=["credited_minor"])
    note = CreditNote(
        reference=reference,
        invoice=invoice,
        reason=reason,
        currency=invoice.currency,
        net_minor=net.minor,
        tax_minor=tax.minor,
        total_minor=(net + tax).minor,
        issued_at=at,
    )
    post(
        templates.credit_note_issued(
            credit_note_id=note.id,
            deferred=net - earned,
            earned=earned,
            tax=tax,
            is_paid=invoice.status == Invoice.Status.PAID,
            at=at,
        )
    )
    publish(
        CreditNoteIssuedV1(
            credit_note_id=note.id,
            invoice_id=invoice.id,
            total=net + tax,
            reason=reason,
            issued_at=at,
        ),
        occurred_at=at,
    )
    (note.number,) = take_numbers(CREDIT_NOTES, at=at)
    insert_all(note, *(_line(note, credit) for credit in line_credits if credit.total))
    return note


@requires_transaction
def _mark(line_credits: Sequence[LineCredit]) -> None:
    for credit in line_credits:
        line = credit.line
        line.credited_quantity += credit.quantity
        line.credited_net_minor += credit.net.minor
        line.credited_tax_minor += credit.tax.minor
        line.released_minor += credit.deferred.minor
    InvoiceLine.objects.bulk_update(
        [credit.line for credit in line_credits],
        ["credited_quantity", "credited_net_minor", "credited_tax_minor", "released_minor"],
    )


def _line(note: CreditNote, credit: LineCredit) -> CreditNoteLine:
    return CreditNoteLine(
        credit_note=note,
        invoice_line=credit.line,
        quantity=credit.quantity,
        net_minor=credit.net.minor,
        tax_minor=credit.tax.minor,
        total_minor=credit.total.minor,
        currency=note.currency,
    )
