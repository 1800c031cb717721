"""Billing again what the run has set aside."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.models import Subscription
from commerce.billing.subscriptions.bill_again import bill_again
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import SubscriptionFactory, TaxRateFactory

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)


@pytest.fixture
def set_aside() -> Subscription:
    """Due, and without a tax rate for where it goes."""
    row = SubscriptionFactory(started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC), country="DE")
    run_billing(now=DUE)
    row.refresh_from_db()
    assert row.billing_failed_at == DUE
    return row


class TestBillingAgain:
    def test_bills_the_period_once_what_was_missing_is_there(self, set_aside):
        TaxRateFactory(country="DE", percent=19)

        billed = bill_again(subscription_id=set_aside.pk, now=DUE)

        assert (billed.billing_failed_at, billed.billing_failure) == (None, "")
        assert billed.periods.get().invoice.total_minor == 11_90

    def test_says_what_is_still_missing(self, set_aside):
        again = bill_again(subscription_id=set_aside.pk, now=DUE)

        assert again.billing_failed_at == DUE
        assert again.billing_failure
        assert not again.periods.exists()

    def test_bills_nothing_twice(self, set_aside):
        TaxRateFactory(country="DE", percent=19)

        for _ in range(2):
            billed = bill_again(subscription_id=set_aside.pk, now=DUE)

        assert billed.periods.count() == 1
