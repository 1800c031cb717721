"""Where the money of a paid order stands: the one writer of its payment status from then on."""

from __future__ import annotations

from typing import Final

from commerce.billing.orders.models import Order
from commerce.billing.orders.statuses import payment_status_of
from commerce.billing.payments.models import Payment
from commerce.shared.db import requires_transaction

# Not of an order that was never paid: money for it may come too late, and goes back by itself.
_ONCE_PAID: Final = (
    Order.PaymentStatus.PAID,
    Order.PaymentStatus.PARTIALLY_REFUNDED,
    Order.PaymentStatus.REFUNDED,
)


@requires_transaction
def note_refunds(order: Order, payment: Payment) -> None:
    """Work the status of a locked order out from what was taken and given back."""
    if order.payment_status not in _ONCE_PAID:
        return
    order.payment_status = payment_status_of(
        captured_minor=payment.captured_minor, refunded_minor=payment.refunded_minor
    )
    order.version += 1
    order.save(update_fields=["payment_status", "version"])
