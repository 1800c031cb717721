"""Canceling: at the end of what is paid for, or at once; nothing is left running."""

import datetime as dt

import pytest

from commerce.billing.models import OutboxMessage, Subscription
from commerce.billing.subscriptions.cancel_subscription import cancel_subscription
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import SubscriptionFactory, TaxRateFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 2, 10, 12, tzinfo=dt.UTC)
PERIOD_END = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)


def cancel(subscription, *, at_period_end, now=NOW):
    return cancel_subscription(
        subscription_id=subscription.id, at_period_end=at_period_end, now=now
    )


def names_told():
    return sorted(OutboxMessage.objects.values_list("name", flat=True))


@pytest.fixture
def subscription():
    TaxRateFactory()
    return SubscriptionFactory(started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC))


class TestCancelingAtThePeriodsEnd:
    def test_keeps_what_is_paid_for(self, subscription):
        canceled = cancel(subscription, at_period_end=True)

        assert (canceled.status, canceled.cancel_at_period_end) == ("active", True)
        assert names_told() == []

    def test_ends_it_instead_of_billing_it(self, subscription):
        cancel(subscription, at_period_end=True)

        run_billing(now=PERIOD_END)

        subscription = Subscription.objects.get()
        assert (subscription.status, subscription.canceled_at) == ("canceled", PERIOD_END)
        assert not subscription.periods.exists()

    def test_ends_an_unpaid_one_at_once_because_nothing_is_paid_for(self):
        unpaid = SubscriptionFactory(status="unpaid", next_billing_at=None)

        assert cancel(unpaid, at_period_end=True).status == "canceled"


class TestCancelingAtOnce:
    def test_ends_it_and_takes_access_away(self, subscription):
        canceled = cancel(subscription, at_period_end=False)

        assert (canceled.status, canceled.canceled_at) == ("canceled", NOW)
        assert canceled.next_billing_at is None
        assert names_told() == [
            "billing.subscription_canceled.v1",
            "fulfilment.revoke_entitlement.v1",
        ]

    def test_stops_collecting_what_is_open(self, subscription):
        run_billing(now=PERIOD_END)

        cancel(subscription, at_period_end=False, now=PERIOD_END)

        period = subscription.periods.get()
        assert (period.collect_at, period.given_up_at) == (None, PERIOD_END)

    def test_changes_nothing_the_second_time(self, subscription):
        cancel(subscription, at_period_end=False)
        later = NOW + dt.timedelta(days=1)

        again = cancel(subscription, at_period_end=False, now=later)

        assert again.canceled_at == NOW
        assert len(names_told()) == 2

    def test_is_still_possible_when_the_end_was_already_asked_for(self, subscription):
        cancel(subscription, at_period_end=True)

        assert cancel(subscription, at_period_end=False).status == "canceled"
