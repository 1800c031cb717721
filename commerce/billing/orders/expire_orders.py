"""Expire orders that nobody has paid: their stock goes to other buyers."""

from __future__ import annotations

from datetime import datetime

import structlog

from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import Order
from commerce.billing.payments.call_off import PaymentInProgress
from commerce.billing.payments.gateway import ProviderUnavailable, ProviderUnknown

log = structlog.get_logger(__name__)

NOT_PAID = "not_paid_in_time"


def expire_orders(*, now: datetime) -> int:
    """Cancel every order whose hold is over and whose money has not come; returns how many.

    The provider is told first, so that no money can arrive afterwards. An order whose payment
    nobody can judge right now is left for the next run.
    """
    due = Order.objects.filter(status=Order.Status.PLACED, pay_by__lte=now).order_by("pay_by")
    expired = 0
    for order_id in list(due.values_list("pk", flat=True)):
        try:
            cancel_order(order_id=order_id, reason=NOT_PAID, now=now)
        except (PaymentInProgress, ProviderUnavailable, ProviderUnknown) as later:
            log.info("billing.order.expires_later", order_id=str(order_id), because=later.code)
            continue
        except Exception:
            # Told to Sentry, and tried again at the next bell; the others must not wait for it.
            log.exception("billing.order.expiry_failed", order_id=str(order_id))
            continue
        expired += 1
    return expired
