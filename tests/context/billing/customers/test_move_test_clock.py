"""A test clock: everything that falls due on its way happens, each at its own instant."""

import datetime as dt

import pytest

from commerce.billing.customers.advance_test_clock import (
    ClockIsAdvancing,
    ClockMovesForwardOnly,
    advance_test_clock,
)
from commerce.billing.customers.models import Customer, TestClock
from commerce.billing.customers.move_test_clock import move_test_clock
from commerce.billing.customers.start_test_clock import (
    AlreadyOnATestClock,
    ClocksNotAllowed,
    start_test_clock,
)
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Attempt, Invoice, Subscription
from commerce.billing.payments.reconcile_payments import reconcile_payments
from tests.factories.billing import (
    ClockFactory,
    CustomerFactory,
    PaymentMethodFactory,
    SubscriptionFactory,
    TaxRateFactory,
)
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.django_db

# Really, it is some day in 2026 all the time.
TODAY = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def on(year, month, day, hour=0):
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    return ClockFactory(now=on(2027, 1, 31, 12))


@pytest.fixture
def subscription(clock):
    TaxRateFactory()
    customer = CustomerFactory(test_clock=clock)
    PaymentMethodFactory(customer=customer)
    return SubscriptionFactory(customer=customer, started_at=clock.now)


def let_time_pass(clock, *, to):
    advance_test_clock(clock_id=clock.id, to=to)
    return move_test_clock(clock_id=clock.id, now=TODAY)


class TestMovingTheClock:
    def test_renews_and_charges_on_the_way(self, bank, clock, subscription):
        moved = let_time_pass(clock, to=on(2027, 4, 1))

        assert (moved.status, moved.now, moved.target) == ("ready", on(2027, 4, 1), None)
        periods = subscription.periods.order_by("period_start")
        assert [(p.period_start, p.paid_at) for p in periods] == [
            (on(2027, 2, 28), on(2027, 2, 28)),
            (on(2027, 3, 31), on(2027, 3, 31)),
        ]
        assert len(bank.taken) == 2
        assert check_ledger().is_balanced

    def test_does_what_is_due_at_the_very_target(self, bank, clock, subscription):
        let_time_pass(clock, to=on(2027, 2, 28))

        assert subscription.periods.get().paid_at == on(2027, 2, 28)

    def test_comes_to_the_same_in_one_move_and_in_many(self, bank, clock, subscription):
        for day in (1, 14, 28):
            let_time_pass(clock, to=on(2027, 2, day))
        let_time_pass(clock, to=on(2027, 3, 30))

        assert [p.paid_at for p in subscription.periods.all()] == [on(2027, 2, 28)]

    def test_retries_declined_charges_on_their_own_days(self, bank, clock, subscription, settings):
        settings.BILLING_RETRY_DAYS = [3, 5, 7]
        bank.answers.extend(["insufficient_funds"] * 4)

        let_time_pass(clock, to=on(2027, 6, 1))

        days = Attempt.objects.order_by("attempt_no").values_list("finished_at", flat=True)
        assert list(days) == [on(2027, 2, 28), on(2027, 3, 3), on(2027, 3, 8), on(2027, 3, 15)]
        subscription = Subscription.objects.get()
        assert (subscription.status, subscription.canceled_at) == ("canceled", on(2027, 3, 15))
        assert Invoice.objects.count() == 1

    def test_waits_while_nobody_knows_how_a_charge_ended(self, bank, clock, subscription):
        bank.answers.append(FakeProvider.UNKNOWN)
        waiting = let_time_pass(clock, to=on(2027, 4, 1))
        assert (waiting.status, waiting.now) == ("advancing", on(2027, 2, 28))

        reconcile_payments(now=TODAY + dt.timedelta(minutes=2))
        arrived = move_test_clock(clock_id=clock.id, now=TODAY + dt.timedelta(minutes=2))

        assert (arrived.status, arrived.now) == ("ready", on(2027, 4, 1))
        assert len(bank.taken) == 2

    def test_leaves_everybody_else_where_they_are(self, bank, clock, subscription):
        other = SubscriptionFactory(started_at=on(2026, 10, 1))

        let_time_pass(clock, to=on(2027, 4, 1))

        assert not other.periods.exists()

    def test_ends_what_was_canceled_to_its_periods_end(self, bank, clock, subscription):
        Subscription.objects.update(cancel_at_period_end=True)

        let_time_pass(clock, to=on(2027, 4, 1))

        assert Subscription.objects.get().canceled_at == on(2027, 2, 28)
        assert bank.asked == []

    def test_is_not_held_up_by_what_cannot_be_billed(self, bank, clock, subscription):
        Subscription.objects.update(country="AQ")

        assert let_time_pass(clock, to=on(2027, 4, 1)).status == "ready"

    def test_changes_nothing_where_the_clock_stands_still(self, bank, clock, subscription):
        assert move_test_clock(clock_id=clock.id, now=TODAY).now == on(2027, 1, 31, 12)


class TestAdvancing:
    def test_goes_forward_only(self, clock):
        with pytest.raises(ClockMovesForwardOnly) as refused:
            advance_test_clock(clock_id=clock.id, to=clock.now - dt.timedelta(seconds=1))

        assert refused.value.clock_now == clock.now

    def test_goes_no_further_than_two_years_at_once(self, clock):
        with pytest.raises(ClockMovesForwardOnly):
            advance_test_clock(clock_id=clock.id, to=on(2030, 1, 1))

    def test_may_be_asked_for_twice(self, clock):
        for _ in range(2):
            advance_test_clock(clock_id=clock.id, to=on(2027, 3, 1))

        assert TestClock.objects.get().target == on(2027, 3, 1)

    def test_is_refused_where_real_money_is_taken(self, clock, settings):
        settings.TEST_CLOCKS_ALLOWED = False

        with pytest.raises(ClocksNotAllowed):
            advance_test_clock(clock_id=clock.id, to=on(2027, 3, 1))

    def test_is_refused_while_it_is_on_its_way_elsewhere(self, clock):
        advance_test_clock(clock_id=clock.id, to=on(2027, 3, 1))

        with pytest.raises(ClockIsAdvancing):
            advance_test_clock(clock_id=clock.id, to=on(2027, 4, 1))


class TestStarting:
    def test_puts_the_customer_on_the_clock(self):
        customer = CustomerFactory()

        clock = start_test_clock(
            owner_id=customer.user_id, customer_id=customer.id, at=on(2027, 1, 31), now=TODAY
        )

        customer = Customer.objects.select_related("test_clock").get()
        assert customer.test_clock == clock
        assert customer.time(now=TODAY) == on(2027, 1, 31)

    def test_is_refused_where_real_money_is_taken(self, settings):
        settings.TEST_CLOCKS_ALLOWED = False
        customer = CustomerFactory()

        with pytest.raises(ClocksNotAllowed):
            start_test_clock(
                owner_id=customer.user_id, customer_id=customer.id, at=on(2027, 1, 31), now=TODAY
            )

    def test_is_refused_for_a_customer_who_has_one(self, clock):
        customer = CustomerFactory(test_clock=clock)

        with pytest.raises(AlreadyOnATestClock):
            start_test_clock(
                owner_id=customer.user_id, customer_id=customer.id, at=on(2027, 1, 31), now=TODAY
            )
