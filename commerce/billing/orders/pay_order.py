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
        latest = payment.attempts.latest("attempt_no")
        latest.payment = payment
        if latest.is_open or payment.status == Payment.Status.SUCCEEDED:
            return latest
        if order.status != Order.Status.PLACED or (order.pay_by and order.pay_by <= now):
            raise OrderNotPayable
        if not payment_method:
            raise PaymentMethodRequired

        attempt = start_attempt(
            payment=payment,
            payment_method=payment_method,
            provider_customer=latest.provider_customer,
            off_session=False,
            saves_card=latest.saves_card,
            now=now,
        )

    attempt = send_attempt(attempt, now=now)
    if attempt.status == Attempt.Status.DECLINED:
        raise CardDeclined(decline_code=attempt.decline_code)
    return attempt
