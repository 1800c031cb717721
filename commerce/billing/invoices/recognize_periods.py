"""Recognise periods: access that was paid for is earned once its period is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from commerce.billing.invoices.models import Invoice, InvoiceLine
from commerce.billing.ledger.post_many import post_many
from commerce.billing.ledger.templates import revenue_recognized
from commerce.shared.money import Money

BATCH_SIZE = 1000

# Goods are earned when they leave (record_shipment.py), everything else with its time.
_ACCESS = Q(order_line__isnull=True, kind=InvoiceLine.Kind.ITEM) | Q(
    order_line__plan__isnull=False, order_line__requires_shipping=False
)


def recognize_periods(*, now: datetime) -> int:
    """Earn what is still deferred of paid periods that have ended; returns how many lines.

    Repeating it earns nothing twice: a line has no deferred rest afterwards, and its posting is
    named for it.
    """
    with transaction.atomic(durable=True):
        lines = list(
            InvoiceLine.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            .filter(
                _ACCESS,
                invoice__status=Invoice.Status.PAID,
                invoice__subscription_periods__period_end__lte=now,
                net_minor__gt=F("recognized_minor") + F("released_minor"),
            )
            .order_by("pk")[:BATCH_SIZE]
        )
        post_many(
            revenue_recognized(cause=line.id, net=Money(line.deferred_minor, line.currency), at=now)
            for line in lines
        )
        for line in lines:
            line.recognized_minor += line.deferred_minor
        InvoiceLine.objects.bulk_update(lines, ["recognized_minor"])
    return len(lines)
