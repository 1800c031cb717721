"""Accept a paid order: goods are asked for, access is given, subscriptions begin."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.customers.models import PaymentMethod
from commerce.billing.interface.messages import OrderFulfilledV1, OrderPaidV1
from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.ledger import templates
from commerce.billing.ledger.post import post
from commerce.billing.orders.digital_access import grants_of
from commerce.billing.orders.fulfilment_request import fulfilment_request
from commerce.billing.orders.models import Order, OrderLine
from commerce.billing.orders.redemptions import confirmation_of
from commerce.billing.outbox import publish
from commerce.billing.subscriptions.start_subscriptions_of import start_subscriptions_of
from commerce.shared.db import requires_transaction
from commerce.shared.messages import Message
from commerce.shared.money import Money


@requires_transaction
def accept_paid_order(
    order: Order,
    *,
    at: datetime,
    now: datetime,
    also: list[Message],
    kept_card: PaymentMethod | None = None,
) -> None:
    """Mark a locked order paid and set going what was bought.

    `also` is what the caller has to tell; all messages leave in one statement. `at` is the
    customer's own time, `now` everybody's. `kept_card` will be charged for what is subscribed to,
    where no card was charged for the order itself.
    """
    lines = list(order.lines.all())
    to_ship = [line for line in lines if line.requires_shipping]
    messages = [
        *also,
        OrderPaidV1(order_id=order.id, paid_at=at),
        *confirmation_of(order, at=at),
        *grants_of(order, lines, at=at),
    ]
    order.mark_paid(at=at)
    if to_ship:
        messages.append(fulfilment_request(order, to_ship, at=at))
    else:
        order.mark_fulfilled(at=at)
        messages.append(OrderFulfilledV1(order_id=order.id, fulfilled_at=at))
    order.version += 1
    order.save(update_fields=["status", "payment_status", "paid_at", "fulfilled_at", "version"])
    publish(*messages, occurred_at=at)

    if digital := [line for line in lines if not (line.requires_shipping or line.plan_terms)]:
        _recognize(digital, order=order, at=at)
    if any(line.plan_terms for line in lines):
        start_subscriptions_of(order=order, kept_card=kept_card, now=now)


@requires_transaction
def _recognize(lines: list[OrderLine], *, order: Order, at: datetime) -> None:
    """What is neither shipped nor subscribed to is delivered by being paid."""
    rows = list(InvoiceLine.objects.select_for_update(no_key=True).filter(order_line__in=lines))
    for row in rows:
        row.recognized_minor += row.deferred_minor
    earned = Money(sum(row.recognized_minor for row in rows), order.currency)
    InvoiceLine.objects.bulk_update(rows, ["recognized_minor"])
    post(templates.revenue_recognized(cause=order.id, net=earned, at=at))
