"""How a batch of renewals is written: one COPY for each table, one UPDATE, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from commerce.billing.interface.messages import InvoiceFinalizedV1
from commerce.billing.invoices.models import Invoice, InvoiceLine
from commerce.billing.invoices.numbering import INVOICES, take_numbers
from commerce.billing.ledger.post_many import post_many
from commerce.billing.ledger.templates import Posting, invoice_finalized
from commerce.billing.outbox import publish
from commerce.billing.subscriptions.models import SubscriptionPeriod
from commerce.billing.subscriptions.renewal import Renewal
from commerce.shared.db import copy_rows, requires_transaction
from commerce.shared.ids import new_id

_INVOICE = (
    "id number status customer_id user_id email subscription_id period_start period_end country "
    "currency net_minor tax_minor total_minor paid_minor credited_minor "
    "created_at finalized_at due_at"
).split()
_LINE = (
    "id invoice_id position kind title quantity unit_price_minor charges_minor charges "
    "discount_minor "
    "prices_include_tax net_minor "
    "tax_category tax_percent tax_minor total_minor currency "
    "credited_quantity credited_net_minor credited_tax_minor recognized_minor released_minor"
).split()
_PERIOD = (
    "id subscription_id period_start period_end invoice_id collect_at declines decline_code"
).split()

_NO_CHARGES = Jsonb([])

_ADVANCE = """
    UPDATE billing_subscription s
       SET status = CASE s.status WHEN 'trialing' THEN 'active' ELSE s.status END,
           current_period_start = next.period_start, current_period_end = next.period_end,
           next_billing_at = next.period_end, periods_billed = s.periods_billed + 1
      FROM unnest(%(ids)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
           AS next (id, period_start, period_end)
     WHERE s.id = next.id
"""


@requires_transaction
def write_renewals(renewals: Sequence[Renewal]) -> None:
    """Leave behind an open invoice, its posting and its period for each, and move each one on."""
    if not renewals:
        return
    invoice_ids = [new_id() for _ in renewals]
    # The run asks for one clock's customers at a time, so a batch has one present.
    present = renewals[0].due.present
    copy_rows(SubscriptionPeriod, _PERIOD, map(_period, renewals, invoice_ids))
    _advance(renewals)
    # Taken late: until commit nobody else gets a number from the series.
    numbers = take_numbers(INVOICES, count=len(renewals), at=present)
    copy_rows(Invoice, _INVOICE, map(_invoice, renewals, invoice_ids, numbers))
    copy_rows(InvoiceLine, _LINE, map(_line, renewals, invoice_ids))
    post_many(map(_posting, renewals, invoice_ids))
    publish(*map(_message, renewals, invoice_ids, numbers), occurred_at=present)


def _advance(renewals: Sequence[Renewal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _ADVANCE,
            {
                "ids": [renewal.due.id for renewal in renewals],
                "starts": [renewal.period.start for renewal in renewals],
                "ends": [renewal.period.end for renewal in renewals],
            },
        )


def _invoice(renewal: Renewal, invoice_id: UUID, number: str) -> tuple[object, ...]:
    due = renewal.due
    return (
        invoice_id,
        number,
        Invoice.Status.OPEN.value,
        due.customer_id,
        due.user_id,
        due.email,
        due.id,
        renewal.period.start,
        renewal.period.end,
        due.country,
        due.currency,
        renewal.net.minor,
        renewal.tax.minor,
        renewal.net.minor + renewal.tax.minor,
        0,
        0,
        due.present,
        due.present,
        due.present,
    )


def _line(renewal: Renewal, invoice_id: UUID) -> tuple[object, ...]:
    due = renewal.due
    return (
        new_id(),
        invoice_id,
        0,
        InvoiceLine.Kind.ITEM.value,
        due.title,
        due.quantity,
        renewal.amounts.unit_price.minor,
        renewal.amounts.charged.minor,
        Jsonb(renewal.amounts.charges) if renewal.amounts.charges else _NO_CHARGES,
        0,
        due.prices_include_tax,
        renewal.net.minor,
        due.tax_category,
        renewal.tax_percent,
        renewal.tax.minor,
        renewal.net.minor + renewal.tax.minor,
        due.currency,
        *(0,) * 5,
    )


def _period(renewal: Renewal, invoice_id: UUID) -> tuple[object, ...]:
    due = renewal.due
    return (
        new_id(),
        due.id,
        renewal.period.start,
        renewal.period.end,
        invoice_id,
        due.present,
        0,
        "",
    )


def _posting(renewal: Renewal, invoice_id: UUID) -> Posting:
    return invoice_finalized(
        invoice_id=invoice_id, net=renewal.net, tax=renewal.tax, at=renewal.due.present
    )


def _message(renewal: Renewal, invoice_id: UUID, number: str) -> InvoiceFinalizedV1:
    return InvoiceFinalizedV1(
        invoice_id=invoice_id,
        number=number,
        total=renewal.net + renewal.tax,
        finalized_at=renewal.due.present,
    )
