"""Dunning: when a declined charge is tried again, and when that stops."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.payments.retry_schedule import HARD_DECLINES, next_attempt_at

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def attempt_days(delays_days, decline_code="insufficient_funds"):
    """Let every attempt be declined, and give the days on which it is tried again."""
    found, at = [], NOON
    for declines in range(1, 100):
        next_at = next_attempt_at(
            declined_at=at, declines=declines, decline_code=decline_code, delays_days=delays_days
        )
        if next_at is None:
            return found
        found.append((next_at - NOON).days)
        at = next_at
    raise AssertionError("it never stops")


class TestNextAttemptAt:
    def test_waits_3_then_5_then_7_days_and_stops(self):
        assert attempt_days([3, 5, 7]) == [3, 8, 15]

    def test_never_tries_again_without_a_schedule(self):
        assert attempt_days([]) == []

    @pytest.mark.parametrize("decline_code", sorted(HARD_DECLINES))
    def test_stops_at_once_when_the_bank_will_never_say_yes(self, decline_code):
        assert attempt_days([3, 5, 7], decline_code) == []

    @pytest.mark.parametrize("decline_code", ["", "generic_decline", "do_not_honor", "brand_new"])
    def test_tries_again_after_declines_it_does_not_know_to_be_final(self, decline_code):
        assert attempt_days([3, 5, 7], decline_code) == [3, 8, 15]

    @given(st.lists(st.integers(1, 30), max_size=8))
    def test_tries_as_often_as_the_schedule_says_and_never_earlier(self, delays_days):
        days = attempt_days(delays_days)

        assert len(days) == len(delays_days)
        assert days == sorted(days)
        assert (days or [0])[-1] == sum(delays_days)
