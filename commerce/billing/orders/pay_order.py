"""Pay an order that exists: with another card after a decline, or by finding it paid already."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.checkout.errors import PaymentMethodRequired
from commerce.billing.orders.models import Order
from commerce.billing.payments.gateway import CardDeclined
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.payments.send_attempt import send_attempt
from commerce.billing.payments.start_attempt import start_attempt
from commerce.shared.errors import Conflict


class OrderNotPayable(Conflict):
    """The order was canceled, or its stock is no longer held for it; start a new checkout."""

    code = "order_not_payable"


def pay_order(*, order_id: UUID, payment_method: str, now: datetime) -> Attempt | None:
    """Try to pay once more; returns the latest attempt, None where there was nothing to pay.

    An attempt that is open, or whose end nobody knows, is returned as it is: there is never a
    second one beside it.

    Raises:
        OrderNotPayable: nothing is waiting to be paid any more.
        CardDeclined, ProviderUnavailable: it waits for another try.
    """
    with transaction.atomic(durable=True):
        order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
        payment = (
            Payment.objects.select_related("invoice", "customer__test_clock")
            .select_for_update(of=("invoice", "self"), no_key=True)
            .filter(order=order)
            .first()
        )
        if payment is None:
            return None
        payment.order = order
        attempts = list(payment.attempts.order_by("attempt_no"))
        latest = attempts[-1]
        latest.payment = payment
        if payment.status == Payment.Status.SUCCEEDED:
            # Not always the latest: a decline may have been followed by late news of success.
            paid_by = next(x for x in attempts if x.status == Attempt.Status.SUCCEEDED)
            paid_by.payment = payment
            return paid_by
        if latest.is_open:
            return latest
        if _is_over(order, now=now):
            raise OrderNotPayable
        if not payment_method:
            raise PaymentMethodRequired

        attempt = start_attempt(
            payment=payment,
            payment_method=payment_method,
            # Perhaps they have become the provider's customer since, with the card that is tried now.
            provider_customer=(payment.customer and payment.customer.stripe_customer_id) or "",
            off_session=False,
            saves_card=latest.saves_card,
            now=now,
        )

    attempt = send_attempt(attempt, now=now)
    if attempt.status == Attempt.Status.DECLINED:
        raise CardDeclined(decline_code=attempt.decline_code)
    return attempt


def _is_over(order: Order, *, now: datetime) -> bool:
    """Tell whether it is too late to pay: not wanted any more, or no longer kept for it."""
    is_called_off = order.status != Order.Status.PLACED or order.cancel_requested_at is not None
    return is_called_off or (order.pay_by is not None and order.pay_by <= now)
