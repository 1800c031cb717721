"""Settle a return: what came back is credited and refunded at what was charged for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.invoices.credits import credit_units
from commerce.billing.orders.fulfilment_progress import note_fulfilment
from commerce.billing.orders.give_back import give_back
from commerce.billing.orders.locks import lock_order_money
from commerce.billing.orders.models import Order, OrderEvent
from commerce.billing.orders.timeline import event_of
from commerce.billing.refunds.send_refund import send_refund
from commerce.shared import ids


def settle_return(
    *,
    order_id: UUID,
    return_id: UUID,
    units_by_line: Mapping[str, int],
    reason: str,
    received_at: datetime,
    now: datetime,
) -> Order:
    """Credit the units from their stored net and tax, and send the money back. Once per return.

    Units that were refunded before they came back are taken in, and not paid a second time.
    Delivery is not refunded: it was done. A bundle is credited when all that is in it is back.
    """
    public_id = ids.encode("ret", return_id)
    with transaction.atomic(durable=True):
        money = lock_order_money(order_id)
        if OrderEvent.objects.filter(
            order=money.order, kind="return_received", data__return_id=public_id
        ).exists():
            return money.order
        line_credits = []
        for line, units in money.count(units_by_line, on="quantity_returned").items():
            invoice_line = money.invoice_line_of(line)
            not_yet_refunded = invoice_line.quantity - invoice_line.credited_quantity
            line_credits.append(
                credit_units(invoice_line, min(units, not_yet_refunded), came_back=True)
            )
        event_of(
            money.order, "return_received", at=received_at, return_id=public_id, reason=reason
        ).save(force_insert=True)
        note_fulfilment(money, at=received_at)
        refund = give_back(
            money,
            line_credits,
            reason="return",
            reference=f"return:{return_id}",
            at=received_at,
            now=now,
        )
    if refund:
        send_refund(refund_id=refund.id, now=now)
    return money.order
