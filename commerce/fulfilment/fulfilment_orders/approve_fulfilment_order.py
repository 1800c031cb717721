"""Approve a fulfilment order: a reviewer lets goods go that nobody may have unseen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import lock_fulfilment_order
from commerce.fulfilment.refusals import WrongStatus


def approve_fulfilment_order(*, fulfilment_order_id: UUID, now: datetime) -> FulfilmentOrder:
    """Let the warehouse begin. Approving again changes nothing.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        WrongStatus: it does not wait for approval.
    """
    with transaction.atomic(durable=True):
        order = lock_fulfilment_order(fulfilment_order_id)
        if order.approved_at:
            return order
        if not can_proceed(order.approve):
            raise WrongStatus(current_status=order.status)
        order.approve(at=now)
        order.save()
    return order
