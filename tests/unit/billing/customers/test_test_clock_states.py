"""Every way a test clock can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.billing.customers.models import Customer, TestClock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=30)

ALLOWED = {("ready", "advance"): "advancing", ("advancing", "arrive"): "ready"}
ACTS = {"advance": {"target": LATER}, "arrive": {}}


class TestClockStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", TestClock.Status.values)
    def test_allow_exactly_these_ways(self, status, act):
        clock = TestClock(status=status, now=NOON)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(clock, act)(**ACTS[act])
            return
        getattr(clock, act)(**ACTS[act])
        assert clock.status == ALLOWED[status, act]

    def test_arrive_at_the_target(self):
        clock = TestClock(now=NOON)

        clock.advance(target=LATER)
        clock.arrive()

        assert (clock.now, clock.target) == (LATER, None)


class TestACustomersTime:
    def test_is_everybodys_without_a_test_clock(self):
        assert Customer().time(now=NOON) == NOON

    def test_is_the_clocks_on_one(self):
        assert Customer(test_clock=TestClock(now=LATER)).time(now=NOON) == LATER
