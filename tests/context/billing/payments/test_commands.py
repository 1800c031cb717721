"""What an operator types when the clock is not trusted to have done it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from commerce.billing.models import Attempt, Order, ProviderEvent
from tests.context.billing.flows import SECURE, complete, start

pytestmark = pytest.mark.usefixtures("shop")


def run(command, **options):
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def paid_meanwhile(stripe):
    attempt = complete(start(), card=SECURE).attempt
    stripe.control(
        "POST", f"payment_intents/{attempt.provider_id}/authenticate", {"outcome": "succeed"}
    )
    return attempt


def test_reconcile_payments_asks_about_what_is_due(paid_meanwhile):
    Attempt.objects.update(check_at="2020-01-01T00:00:00Z")

    assert "attempts taken up: 1" in run("reconcile_payments")
    assert Order.objects.get().status == "paid"


def test_fetch_missed_events_processes_what_no_webhook_brought(paid_meanwhile):
    assert "processed" in run("fetch_missed_events", hours=1)
    assert Order.objects.get().status == "paid"
    assert not ProviderEvent.objects.filter(processed_at=None).exists()
    assert run("fetch_missed_events", hours=1).startswith("0 new")
