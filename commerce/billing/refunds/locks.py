"""Rows of a refund, locked in the agreed order: order, payment, refund."""

from __future__ import annotations

from uuid import UUID

from commerce.billing.orders.models import Order
from commerce.billing.refunds.models import Refund
from commerce.shared.db import requires_transaction


@requires_transaction
def lock_refund(refund_id: UUID) -> tuple[Refund, Order | None]:
    """Lock a refund, its payment and the order it belongs to, if any.

    Raises:
        Refund.DoesNotExist: there is no such refund.
    """
    order = (
        Order.objects.select_for_update(of=("self",), no_key=True)
        .filter(invoices__payments__refunds=refund_id)
        .first()
    )
    refund = (
        Refund.objects.select_related("payment__customer__test_clock", "attempt")
        .select_for_update(of=("payment", "self"), no_key=True)
        .get(pk=refund_id)
    )
    return refund, order
