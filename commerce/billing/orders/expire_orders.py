"""Expire orders that nobody has paid: their stock goes to other buyers."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import Order
from commerce.billing.payments.call_off import PaymentInProgress
from commerce.billing.payments.gateway import ProviderUnavailable, ProviderUnknown
from commerce.shared.sweeping import goes_well

log = structlog.get_logger(__name__)

NOT_PAID = "not_paid_in_time"
# What a task does within its time when the provider answers, and the next bell rings soon.
BATCH_SIZE = 100


def expire_orders(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Cancel orders whose hold is over and whose money has not come; returns how many.

    The provider is told first, so that no money can arrive afterwards. An order whose payment
    nobody can judge right now is left for the next run.
    """
    due = Order.objects.filter(status=Order.Status.PLACED, pay_by__lte=now)
    # In no order: those that are left for later must not keep the others from their turn.
    chosen = list(due.order_by("?").values_list("pk", flat=True)[:limit])
    for order_id in chosen:
        expire = partial(_expire, order_id, now=now)
        goes_well(expire, event="billing.order.expiry_failed", order_id=str(order_id))
    return Order.objects.filter(
        pk__in=chosen, status=Order.Status.CANCELED, cancel_reason=NOT_PAID
    ).count()


def _expire(order_id: UUID, *, now: datetime) -> None:
    try:
        cancel_order(order_id=order_id, reason=NOT_PAID, now=now)
    except (PaymentInProgress, ProviderUnavailable, ProviderUnknown) as later:
        log.info("billing.order.expires_later", order_id=str(order_id), because=later.code)
