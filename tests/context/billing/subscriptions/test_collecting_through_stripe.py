"""Collecting through Stripe's own SDK from a sandbox that keeps a journal of all money moved."""

import datetime as dt

import pytest

from commerce.billing.customers.add_payment_method import add_payment_method
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Attempt, Subscription, SubscriptionPeriod
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.queries import claim_periods_to_collect
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import CustomerFactory, SubscriptionFactory, TaxRateFactory
from tests.fakes.provider import PowerCut

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)
A_MINUTE_LATER = DUE + dt.timedelta(seconds=61)


@pytest.fixture(autouse=True)
def rates():
    TaxRateFactory()


def subscribed(card="pm_card_visa"):
    """A subscription of a customer whom Stripe knows, with a card that Stripe keeps."""
    customer = CustomerFactory(stripe_customer_id=None)
    add_payment_method(customer_id=customer.id, payment_method=card, make_default=True, now=DUE)
    return SubscriptionFactory(
        customer=customer, started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC)
    )


def sweep(now):
    """One look of every sweeper that has to do with collecting."""
    for period_id in claim_periods_to_collect(now=now, limit=100):
        collect_period(period_id=period_id, now=now)
    reconcile_payments(now=now)


def charges(stripe):
    return [line for line in stripe.journal() if line["kind"] == "charge_succeeded"]


class TestCollecting:
    def test_charges_each_customer_once_for_the_period(self, stripe):
        for _ in range(3):
            subscribed()
        run_billing(now=DUE)

        for _ in range(3):
            sweep(DUE)

        assert [line["amount"] for line in charges(stripe)] == [10_00] * 3
        assert SubscriptionPeriod.objects.filter(paid_at=DUE).count() == 3
        assert check_ledger().is_balanced

    def test_puts_a_declined_card_on_the_retry_schedule(self, stripe):
        subscription = subscribed("pm_card_chargeCustomerFail")
        run_billing(now=DUE)

        sweep(DUE)

        assert charges(stripe) == []
        assert Subscription.objects.get(pk=subscription.pk).status == "past_due"
        assert subscription.periods.get().decline_code == "generic_decline"


class TestAPowerCut:
    @pytest.fixture
    def period(self, stripe):
        subscription = subscribed()
        run_billing(now=DUE)
        return subscription.periods.get()

    @pytest.mark.parametrize(
        "between",
        [
            pytest.param(
                "commerce.billing.payments.collect_invoice.start_attempt", id="before the intent"
            ),
            pytest.param(
                "commerce.billing.payments.collect_invoice.send_attempt", id="before the call"
            ),
            pytest.param(
                "commerce.billing.payments.send_attempt.record_charge", id="after the call"
            ),
            pytest.param(
                "commerce.billing.payments.settle_payment.record_period_paid",
                id="before the outcome is committed",
            ),
        ],
    )
    def test_between_any_two_beats_leaves_one_charge_after_one_sweep(
        self, stripe, period, monkeypatch, between
    ):
        def cut(*_, **__):
            raise PowerCut

        with monkeypatch.context() as patch:
            patch.setattr(between, cut)
            with pytest.raises(PowerCut):
                collect_period(period_id=period.id, now=DUE)

        sweep(A_MINUTE_LATER)

        assert len(charges(stripe)) == 1
        assert SubscriptionPeriod.objects.get().paid_at is not None
        assert Attempt.objects.get().status == "succeeded"
        assert check_ledger().is_balanced

    @pytest.mark.parametrize(
        "fault", ["cut_before_commit", "cut_after_commit", "error_after_commit"]
    )
    def test_of_the_network_does_too(self, stripe, period, fault):
        stripe.control("POST", "faults", {"kind": fault, "count": 1})
        collect_period(period_id=period.id, now=DUE)

        sweep(A_MINUTE_LATER)

        assert len(charges(stripe)) == 1
        assert SubscriptionPeriod.objects.get().paid_at is not None
        assert check_ledger().is_balanced
