"""Release a fulfilment order: what it was held for is settled."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import lock_fulfilment_order
from commerce.fulfilment.refusals import WrongStatus


def release_fulfilment_order(*, fulfilment_order_id: UUID) -> FulfilmentOrder:
    """Let the warehouse go on. Releasing what is open already changes nothing.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        WrongStatus: it waits for an approval, which only approving gives, or it is over.
    """
    with transaction.atomic(durable=True):
        order = lock_fulfilment_order(fulfilment_order_id)
        if order.status in (FulfilmentOrder.Status.OPEN, FulfilmentOrder.Status.IN_PROGRESS):
            return order
        if not can_proceed(order.release_hold):
            raise WrongStatus(current_status=order.status)
        order.release_hold()
        order.save()
    return order
