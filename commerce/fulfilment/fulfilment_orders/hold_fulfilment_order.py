"""Hold a fulfilment order: nothing of it is packed until somebody releases it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import lock_fulfilment_order
from commerce.fulfilment.refusals import WrongStatus


def hold_fulfilment_order(*, fulfilment_order_id: UUID, reason: str) -> FulfilmentOrder:
    """Keep an order back before packing begins. Holding again keeps the first reason.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        WrongStatus: packing has begun, or it is over.
    """
    with transaction.atomic(durable=True):
        order = lock_fulfilment_order(fulfilment_order_id)
        if order.status == FulfilmentOrder.Status.ON_HOLD:
            return order
        if not can_proceed(order.hold):
            raise WrongStatus(current_status=order.status)
        order.hold(reason=reason)
        order.save()
    return order
