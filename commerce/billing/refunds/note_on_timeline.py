"""Note on the order's timeline what has become of a refund."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.orders.models import Order
from commerce.billing.orders.timeline import event_of
from commerce.billing.refunds.models import Refund
from commerce.shared import ids


def note_on_timeline(order: Order | None, refund: Refund, kind: str, *, at: datetime) -> None:
    if order:
        event_of(
            order, kind, at=at, refund_id=ids.encode("re", refund.id), amount=refund.amount
        ).save(force_insert=True)
