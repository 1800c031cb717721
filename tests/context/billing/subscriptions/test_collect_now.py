"""Collecting at once what waits for its next try."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Subscription
from commerce.billing.subscriptions.collect_now import NothingToCollect, collect_now
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.run_billing import run_billing
from tests.factories.billing import PaymentMethodFactory, SubscriptionFactory, TaxRateFactory

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2027, 2, 28, tzinfo=dt.UTC)
SOON = DUE + dt.timedelta(hours=1)


@pytest.fixture
def declined(bank) -> Subscription:
    """Billed, and declined an hour ago; the next try is days away."""
    TaxRateFactory(percent=0)
    row = SubscriptionFactory(started_at=dt.datetime(2027, 1, 31, tzinfo=dt.UTC))
    PaymentMethodFactory(customer=row.customer)
    run_billing(now=DUE)
    bank.answers.append("insufficient_funds")
    collect_period(period_id=row.periods.get().pk, now=DUE)
    row.refresh_from_db()
    assert row.status == "past_due"
    return row


class TestCollectingNow:
    def test_charges_without_waiting_for_the_next_try(self, declined, bank):
        (period,) = collect_now(subscription_id=declined.pk, now=SOON)

        declined.refresh_from_db()
        assert (period.paid_at, declined.status) == (SOON, "active")
        assert len(bank.taken) == 1
        assert check_ledger().is_balanced

    def test_counts_another_decline_as_a_try(self, declined, bank):
        bank.answers.append("card_declined")

        (period,) = collect_now(subscription_id=declined.pk, now=SOON)

        assert (period.declines, period.decline_code, period.paid_at) == (2, "card_declined", None)
        assert period.collect_at > SOON

    def test_does_not_charge_while_nobody_knows_how_the_last_charge_ended(self, declined, bank):
        bank.answers.append(bank.UNKNOWN)

        for _ in range(3):
            (period,) = collect_now(subscription_id=declined.pk, now=SOON)

        assert len(bank.asked) == 2  # the declined one, and the one nobody knows about
        assert period.paid_at is None

    def test_says_so_if_everything_is_paid(self, declined, bank):
        collect_now(subscription_id=declined.pk, now=SOON)

        with pytest.raises(NothingToCollect):
            collect_now(subscription_id=declined.pk, now=SOON)
