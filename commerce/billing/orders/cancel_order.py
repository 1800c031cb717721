"""Cancel an order: nothing is delivered, nothing is owed, and what was paid goes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commerce.billing.interface.messages import OrderCanceledV1
from commerce.billing.invoices.credits import credit_rest
from commerce.billing.ledger.reverse import reverse
from commerce.billing.orders.digital_access import revocations_of
from commerce.billing.orders.end_subscriptions_of import end_subscriptions_of
from commerce.billing.orders.give_back import give_back
from commerce.billing.orders.locks import OrderMoney, lock_order_money
from commerce.billing.orders.models import Order
from commerce.billing.orders.redemptions import release_of
from commerce.billing.orders.timeline import event_of
from commerce.billing.outbox import publish
from commerce.billing.payments.call_off import PaymentInProgress, call_off
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.send_refund import send_refund
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.db import requires_transaction
from commerce.shared.errors import CommerceError, Conflict


class OrderNotCancelable(Conflict):
    """Something of it has been delivered; it can be returned or refunded instead."""

    code = "order_not_cancelable"


def cancel_order(*, order_id: UUID, reason: str, now: datetime) -> Order:
    """Stop delivering, void or credit the invoice, and send the money back.

    Canceling again returns the canceled order. A payment that is under way is called off at the
    provider first; if it has succeeded meanwhile, the money is settled and then refunded. Once the
    warehouse has stopped, there is no way back: whatever fails then is followed up
    (finish_cancellations.py) until the order is canceled.

    Raises:
        OrderNotCancelable, fulfilment.AlreadyShipped: something has left.
        PaymentInProgress: nobody knows yet whether it is paid.
        ProviderUnavailable, ProviderUnknown: the provider could not be asked.
    """
    with transaction.atomic(durable=True):
        order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
        if order.status == Order.Status.CANCELED:
            return order
        # Known before anybody else is told, so that a process that dies in between is followed
        # up instead of leaving an order that is paid and never sent. Nobody can pay it from here.
        order.cancel_requested_at, order.cancel_reason = now, reason
        order.save(update_fields=["cancel_requested_at", "cancel_reason"])
    try:
        return _carry_out(order_id, reason=reason, now=now)
    except (OrderNotCancelable, fulfilment.AlreadyShipped):
        _withdraw(Order.objects.filter(pk=order_id))
        raise
    except CommerceError:
        # Unpaid, the warehouse has never heard of it; paid, it may have stopped already.
        _withdraw(Order.objects.filter(pk=order_id, paid_at__isnull=True))
        raise


def _withdraw(orders: QuerySet[Order]) -> None:
    """Let the order go on as if nobody had asked."""
    orders.filter(canceled_at__isnull=True).update(cancel_requested_at=None, cancel_reason="")


def _carry_out(order_id: UUID, *, reason: str, now: datetime) -> Order:
    is_told = False
    while True:
        for payment_id in Payment.objects.filter(order=order_id).values_list("pk", flat=True):
            call_off(payment_id=payment_id, now=now)
        # Only a paid order has been asked for; an unpaid one must stay deliverable until it is
        # void.
        if Order.objects.filter(pk=order_id, paid_at__isnull=False).exists():
            fulfilment.cancel_fulfilment(order_id=order_id, reason=reason, now=now)
            is_told = True

        with transaction.atomic(durable=True):
            money = lock_order_money(order_id)
            order = money.order
            if order.status == Order.Status.CANCELED:
                return order
            if order.status == Order.Status.PAID and not is_told:
                # The money came after we had looked: the warehouse has to hear first.
                continue
            refund = _cancel(money, reason=reason, now=now)
        break

    fulfilment.release_stock(reference=order.reservation_reference)
    if refund:
        send_refund(refund_id=refund.id, now=now)
    return order


@requires_transaction
def _cancel(money: OrderMoney, *, reason: str, now: datetime) -> Refund | None:
    order, at = money.order, money.time(now=now)
    refund = None
    match order.status:
        case Order.Status.PLACED:
            _void(money, at=at)
            order.payment_status = Order.PaymentStatus.VOIDED
        case Order.Status.PAID:
            refund = give_back(
                money,
                credit_rest(money.invoice_lines),
                reason=reason,
                reference=f"cancel:{order.id}",
                at=at,
                now=now,
            )
            # What was free goes with the rest, and is on no credit note.
            free = [line for line in money.lines.values() if not line.total_minor]
            publish(*revocations_of(free, at=at), occurred_at=at)
        case _:
            raise OrderNotCancelable

    order.cancel(at=at, reason=reason)
    if order.fulfilment_status != Order.FulfilmentStatus.NOT_REQUIRED:
        order.fulfilment_status = Order.FulfilmentStatus.CANCELED
    order.version += 1
    order.save()
    for line in money.lines.values():
        line.quantity_canceled = line.quantity - line.quantity_dispatched
        line.save(update_fields=["quantity_canceled"])
    for part in money.components.values():
        part.quantity_canceled = part.quantity - part.quantity_dispatched
        part.save(update_fields=["quantity_canceled"])
    end_subscriptions_of(money.lines.values(), reason="order_canceled", at=at)
    publish(
        OrderCanceledV1(order_id=order.id, reason=reason, canceled_at=at),
        *release_of(order, at=at),
        occurred_at=at,
    )
    event_of(order, "order_canceled", at=at, reason=reason).save(force_insert=True)
    return refund


@requires_transaction
def _void(money: OrderMoney, *, at: datetime) -> None:
    """Withdraw what was never paid. An attempt that has begun meanwhile stops it."""
    payment = money.payment
    if payment:
        if payment.attempts.filter(status__in=Attempt.OPEN).exists():
            raise PaymentInProgress
        payment.cancel()
        payment.save(update_fields=["status"])
    money.invoice.void(at=at)
    money.invoice.save(update_fields=["status", "voided_at"])
    if money.invoice.total:
        reverse(reference=f"invoice_finalized:{money.invoice.id}", at=at)
