"""Collecting: a kept card is charged while the customer is away, once, and never too fast."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.models import Attempt, Invoice, InvoiceLine, Payment
from commerce.billing.payments.collect_invoice import collect_invoice
from commerce.billing.payments.provider import provider
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.shared.ids import new_id
from tests.context.billing.flows import MINUTE, NOON, moved
from tests.factories.billing import CustomerFactory

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def customer(stripe):
    customer_id = new_id()
    at_provider = provider().create_customer(
        customer_id=customer_id, email="ada@example.com", name="Ada"
    )
    return CustomerFactory(id=customer_id, stripe_customer_id=at_provider)


@pytest.fixture
def card(customer):
    return self_keep(customer, "pm_card_visa")


def self_keep(customer, payment_method):
    return (
        provider()
        .keep_card(customer=customer.stripe_customer_id, payment_method=payment_method)
        .provider_id
    )


@pytest.fixture
def invoice(customer):
    """Open, ten dollars, of no order."""
    invoice = Invoice(
        customer=customer,
        email=customer.email,
        country="US",
        currency="USD",
        net_minor=10_00,
        tax_minor=0,
        total_minor=10_00,
        created_at=NOON,
    )
    invoice.finalize(number="INV-1", at=NOON)
    invoice.save()
    InvoiceLine.objects.create(
        invoice=invoice,
        position=0,
        kind="item",
        title="Membership",
        quantity=1,
        unit_price_minor=10_00,
        net_minor=10_00,
        tax_category="general",
        tax_percent=0,
        tax_minor=0,
        total_minor=10_00,
        currency="USD",
    )
    return invoice


def collect(invoice, card, now=NOON):
    return collect_invoice(invoice_id=invoice.id, payment_method=card, now=now)


class TestCollecting:
    def test_pays_the_invoice(self, invoice, card, stripe):
        attempt = collect(invoice, card)

        invoice.refresh_from_db()
        assert (attempt.status, attempt.off_session) == ("succeeded", True)
        assert (invoice.status, invoice.paid_minor) == ("paid", 10_00)
        (charge,) = stripe.journal()
        assert charge["customer"] == invoice.customer.stripe_customer_id

    def test_again_charges_nothing(self, invoice, card, stripe):
        collect(invoice, card)

        assert collect(invoice, card) is None
        assert moved(stripe) == [10_00]

    def test_again_while_nobody_knows_makes_no_second_attempt(self, invoice, card, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_before_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        first = collect(invoice, card)

        assert collect(invoice, card) == first
        assert Attempt.objects.count() == 1

    def test_keeps_one_payment_over_many_declines(self, invoice, customer, stripe):
        card = self_keep(customer, "pm_card_chargeCustomerFail")

        for day in range(3):
            attempt = collect(invoice, card, now=NOON + dt.timedelta(days=day))
            assert attempt.status == "declined"

        assert Payment.objects.get().attempts.count() == 3
        assert moved(stripe) == []

    def test_ends_the_attempt_when_the_card_is_gone(self, invoice, card):
        provider().forget_card(card)

        assert collect(invoice, card).status == "declined"
        assert Attempt.objects.get().status == "declined"

    def test_leaves_the_attempt_for_the_reconciler_when_the_provider_is_busy(
        self, invoice, card, stripe
    ):
        stripe.control("POST", "faults", {"kind": "too_many_requests", "count": 1})

        assert collect(invoice, card).status == "sending"
        reconcile_payments(now=NOON + MINUTE)

        invoice.refresh_from_db()
        assert invoice.status == "paid"
        assert Attempt.objects.count() == 1
        assert moved(stripe) == [10_00]

    def test_is_declined_when_it_was_never_sent_and_is_refused_later(self, invoice, card, stripe):
        """And so the retry schedule goes on, instead of waiting for days."""
        stripe.control("POST", "faults", {"kind": "too_many_requests", "count": 2})
        assert collect(invoice, card).status == "sending"
        assert reconcile_payments(now=NOON + MINUTE) == 1
        assert Attempt.objects.get().status == "sending"
        provider().forget_card(card)

        assert reconcile_payments(now=NOON + 10 * MINUTE) == 1

        attempt = Attempt.objects.get()
        assert (attempt.status, attempt.check_at) == ("declined", None)
