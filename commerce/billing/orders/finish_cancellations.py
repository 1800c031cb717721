"""Finish cancellations whose process died between telling the warehouse and giving money back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import Order
from commerce.shared import ids
from commerce.shared.errors import CommerceError
from commerce.shared.sweeping import goes_well

log = structlog.get_logger(__name__)

# Longer than canceling takes, with all the timeouts of those it asks.
FOLLOW_UP_AFTER = timedelta(minutes=2)
# What a task does within its time when the provider answers, and the next bell rings soon.
BATCH_SIZE = 100


def finish_cancellations(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Go on with cancellations that were begun and not ended; returns how many were."""
    begun = Order.objects.filter(
        cancel_requested_at__lte=now - FOLLOW_UP_AFTER, canceled_at__isnull=True
    )
    # In no order: those that are refused again must not keep the others from their turn.
    chosen = list(begun.order_by("?")[:limit])
    for order in chosen:
        finish = partial(_finish, order, now=now)
        goes_well(finish, event="billing.cancellation.failed", order_id=str(order.id))
    ended = Order.objects.filter(pk__in=[order.pk for order in chosen], canceled_at__isnull=False)
    return ended.count()


def _finish(order: Order, *, now: datetime) -> None:
    try:
        cancel_order(order_id=order.id, reason=order.cancel_reason, now=now)
    except CommerceError as refusal:
        log.warning("billing.cancellation.refused", order_id=str(order.id), because=refusal.code)
        _call_for_a_person(order, because=refusal.code, now=now)


def _call_for_a_person(order: Order, *, because: str, now: datetime) -> None:
    """If the request was refused with it, the order goes on as it was; else it is stuck in between."""
    with transaction.atomic(durable=True):
        if Order.objects.filter(pk=order.pk, cancel_requested_at__isnull=False).exists():
            open_incident(
                kind="cancellation_stuck",
                subject=ids.encode("ord", order.id),
                details={"because": because},
                now=now,
            )
