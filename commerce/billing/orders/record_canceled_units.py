"""Record that units will not be delivered, because the warehouse or a reviewer decided so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.interface.messages import OrderCanceledV1
from commerce.billing.invoices.credits import LineCredit, credit_rest, credit_units
from commerce.billing.orders.end_subscriptions_of import end_subscriptions_of
from commerce.billing.orders.fulfilment_progress import note_fulfilment, units_of
from commerce.billing.orders.give_back import give_back
from commerce.billing.orders.locks import OrderMoney, lock_order_money
from commerce.billing.orders.models import Order, OrderEvent
from commerce.billing.orders.redemptions import release_of
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.refunds.send_refund import send_refund
from commerce.shared.db import requires_transaction


def record_canceled_units(
    *,
    order_id: UUID,
    units_by_line: Mapping[str, int],
    reason: str,
    canceled_at: datetime,
    now: datetime,
) -> Order:
    """Credit and refund what will not come; an order of which nothing comes is canceled.

    A subscription whose first delivery does not come ends with it: its first period was refunded.
    Each announcement counts once; those of an order that we canceled ourselves say nothing new.
    """
    key = canceled_at.isoformat()
    with transaction.atomic(durable=True):
        money = lock_order_money(order_id)
        order = money.order
        if (
            order.status == Order.Status.CANCELED
            or OrderEvent.objects.filter(
                order=order, kind="units_canceled", data__canceled_at=key
            ).exists()
        ):
            return order
        line_credits = _take_out(money, units_by_line)
        event_of(order, "units_canceled", at=canceled_at, canceled_at=key, reason=reason).save(
            force_insert=True
        )

        if _nothing_is_left(money):
            line_credits = credit_rest(money.invoice_lines)
            order.cancel(at=canceled_at, reason="fulfilment_canceled")
            order.save(update_fields=["status", "canceled_at", "cancel_reason"])
            publish(
                OrderCanceledV1(
                    order_id=order_id, reason=order.cancel_reason, canceled_at=canceled_at
                ),
                *release_of(order, at=canceled_at),
                occurred_at=canceled_at,
            )
        note_fulfilment(money, at=canceled_at)
        end_subscriptions_of(
            [line for line in money.lines.values() if line.quantity_canceled == line.quantity],
            reason="fulfilment_canceled",
            at=canceled_at,
        )
        refund = give_back(
            money,
            line_credits,
            reason="fulfilment_canceled",
            reference=f"fulfilment_canceled:{order_id}:{key}",
            at=canceled_at,
            now=now,
        )
    if refund:
        send_refund(refund_id=refund.id, now=now)
    return order


@requires_transaction
def _take_out(money: OrderMoney, units_by_line: Mapping[str, int]) -> list[LineCredit]:
    line_credits = []
    for line, units in money.count(units_by_line, on="quantity_canceled").items():
        invoice_line = money.invoice_line_of(line)
        not_yet_refunded = invoice_line.quantity - invoice_line.credited_quantity
        line_credits.append(
            credit_units(invoice_line, min(units, not_yet_refunded), came_back=False)
        )
    return line_credits


def _nothing_is_left(money: OrderMoney) -> bool:
    return (
        money.order.status == Order.Status.PAID
        and all(line.requires_shipping for line in money.lines.values())
        # A part of a broken bundle may be on its way.
        and all(units.canceled == units.ordered for units in units_of(money))
    )
