"""The clock's doors: what is due is found again from rows, and sent out once."""

import datetime as dt

import pytest

from commerce.billing import tasks
from commerce.billing.models import JobRun, Subscription, SubscriptionPeriod
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.shared import clock
from tests.factories.billing import PaymentMethodFactory, SubscriptionFactory, TaxRateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription():
    """Due a moment ago, by the real clock."""
    TaxRateFactory()
    started_at = clock.now() - dt.timedelta(days=32)
    row = SubscriptionFactory(started_at=started_at, interval_unit="day", interval_count=31)
    PaymentMethodFactory(customer=row.customer)
    return row


class TestTheBillingBell:
    def test_bills_what_is_due_and_notes_it(self, subscription):
        tasks.run_billing()

        assert subscription.periods.count() == 1
        assert JobRun.objects.get().details == {"billed": 1, "ended": 0, "failed": 0}

    def test_works_once_in_a_minute_however_often_it_rings(self, subscription, monkeypatch):
        noon = clock.now().replace(second=0)
        monkeypatch.setattr(clock, "now", lambda: noon)

        tasks.run_billing()
        tasks.run_billing()

        assert JobRun.objects.count() == 1

    def test_leaves_the_rest_to_the_next_one_when_time_is_up(self, subscription):
        looks = iter([True, False])

        run_billing(now=clock.now() + dt.timedelta(days=90), keep_going=lambda: next(looks))

        assert subscription.periods.count() == 1
        run_billing(now=clock.now() + dt.timedelta(days=90))
        assert subscription.periods.count() > 1


class TestTheCollectingBell:
    def test_sends_each_due_period_to_a_task_once(self, bank, subscription, monkeypatch):
        run_billing(now=clock.now())
        sent = []
        monkeypatch.setattr(tasks.collect_period, "delay", lambda **kwargs: sent.append(kwargs))

        tasks.collect_due_periods()
        tasks.collect_due_periods()

        assert sent == [{"period_id": str(SubscriptionPeriod.objects.get().id)}]

    def test_is_answered_by_a_charge(self, bank, subscription):
        run_billing(now=clock.now())
        period = SubscriptionPeriod.objects.get()

        tasks.collect_period(period_id=str(period.id))

        assert len(bank.taken) == 1
        assert SubscriptionPeriod.objects.get().paid_at is not None


class TestTheHourlyBell:
    def test_bills_again_what_could_not_be_billed(self, subscription):
        Subscription.objects.update(country="AQ")
        run_billing(now=clock.now())
        TaxRateFactory(country="AQ")

        tasks.retry_failed_billing()
        run_billing(now=clock.now())

        assert subscription.periods.count() == 1
        assert Subscription.objects.get().billing_failure == ""
