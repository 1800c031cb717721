"""Finish cancellations whose process died between telling the warehouse and giving money back."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.models import Order
from commerce.shared import ids
from commerce.shared.errors import CommerceError

log = structlog.get_logger(__name__)

# Longer than canceling takes, with all the timeouts of those it asks.
FOLLOW_UP_AFTER = timedelta(minutes=2)


def finish_cancellations(*, now: datetime) -> int:
    """Go on with each cancellation that was begun and not ended; returns how many were."""
    begun = Order.objects.filter(
        cancel_requested_at__lte=now - FOLLOW_UP_AFTER, canceled_at__isnull=True
    ).order_by("cancel_requested_at")
    finished = 0
    for order in list(begun):
        try:
            cancel_order(order_id=order.id, reason=order.cancel_reason, now=now)
        except CommerceError as refusal:
            log.warning(
                "billing.cancellation.refused", order_id=str(order.id), because=refusal.code
            )
            _call_for_a_person(order, because=refusal.code, now=now)
            continue
        except Exception:
            # Told to Sentry, and tried again at the next bell; the others must not wait for it.
            log.exception("billing.cancellation.failed", order_id=str(order.id))
            continue
        finished += 1
    return finished


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
