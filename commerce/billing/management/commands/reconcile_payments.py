"""`manage.py reconcile_payments`: what the clock's sweepers of money would do, now and in turn."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from commerce.billing.payments import reconcile_payments as attempts
from commerce.billing.provider_events import sweep_events as events
from commerce.billing.refunds import sweep_refunds as refunds
from commerce.shared import clock


class Command(BaseCommand):
    help = (
        "Process waiting events, and ask the provider about every attempt and refund that is due."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for noun, sweep, batch_size in (
            ("events", events.sweep_events, events.BATCH_SIZE),
            ("attempts", attempts.reconcile_payments, attempts.BATCH_SIZE),
            ("refunds", refunds.sweep_refunds, refunds.BATCH_SIZE),
        ):
            taken_up = 0
            while found := sweep(now=clock.now()):
                taken_up += found
                if found < batch_size:
                    break
            self.stdout.write(f"{noun} taken up: {taken_up}")
