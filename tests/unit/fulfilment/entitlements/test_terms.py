"""Grants and revocations: what holds at the end does not depend on the order of their arrival."""

import datetime as dt
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.fulfilment.entitlements.terms import Terms, granted, revoked


def day(n: int) -> dt.datetime:
    return dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n)


def after(*news: tuple[str, int] | tuple[int, int | None]) -> Terms:
    """`after((0, 30), ("revoked", 10))`: a grant for thirty days, revoked after ten."""
    terms = Terms()
    for first, second in news:
        if first == "revoked":
            terms = revoked(terms, at=day(second))
        else:
            until = None if second is None else day(second)
            terms = granted(terms, valid_from=day(first), valid_until=until)
    return terms


def holds(terms: Terms, at: dt.datetime) -> bool:
    if terms.valid_from is None or at < terms.valid_from:
        return False
    return terms.valid_until is None or at < terms.valid_until


def days_held(terms: Terms, upto: int = 120) -> list[int]:
    return [n for n in range(upto) if holds(terms, day(n))]


class TestTerms:
    def test_hold_from_the_first_moment_and_no_longer_at_the_last(self):
        assert days_held(after((10, 12))) == [10, 11]

    def test_extend_with_each_period(self):
        assert days_held(after((0, 30), (30, 60))) == list(range(60))

    def test_keep_the_latest_end_when_an_older_grant_comes_late(self):
        assert after((0, 60), (0, 30)).valid_until == day(60)

    def test_hold_for_good_without_an_end(self):
        assert after((0, 30), (0, None)).valid_until is None
        assert after((0, None), (0, 30)).valid_until is None

    def test_are_one_span_also_over_a_gap(self):
        assert days_held(after((0, 10), (20, 30))) == list(range(30))
        assert days_held(after((20, 30), (0, 10))) == list(range(30))

    def test_end_when_they_are_revoked(self):
        assert days_held(after((0, 30), ("revoked", 10))) == list(range(10))

    def test_stay_ended_when_the_grant_comes_after_its_revocation(self):
        assert days_held(after(("revoked", 10), (0, 30))) == list(range(10))

    def test_stay_ended_when_the_old_grant_is_sent_again(self):
        assert days_held(after((0, 30), ("revoked", 10), (0, 30))) == list(range(10))

    def test_begin_again_with_a_grant_from_after_the_revocation(self):
        assert days_held(after((0, 30), ("revoked", 10), (15, 45))) == list(range(15, 45))

    def test_are_not_ended_by_a_revocation_from_before_they_began(self):
        assert days_held(after((0, 30), (15, 45), ("revoked", 10))) == list(range(15, 45))

    def test_never_began_when_revoked_at_their_first_moment(self):
        assert days_held(after((10, 30), ("revoked", 10))) == []
        assert days_held(after(("revoked", 10), (10, 30))) == []

    @settings(deadline=None)
    @given(
        st.integers(min_value=1, max_value=3),
        st.lists(st.integers(min_value=0, max_value=100), max_size=2, unique=True),
    )
    def test_say_the_same_about_today_in_every_order_of_arrival(self, periods, revocations):
        news = [(30 * n, 30 * (n + 1)) for n in range(periods)]
        news += [("revoked", at) for at in revocations]
        # Nobody grants a period before it begins.
        today = max([*revocations, 30 * (periods - 1)])

        told = {
            tuple(n for n in days_held(after(*each)) if n >= today) for each in permutations(news)
        }

        live = [span for span in news[:periods] if span[0] > max([*revocations, -1])]
        expected = tuple(n for n in range(today, 120) if any(a <= n < b for a, b in live))
        assert told == {expected}

    @pytest.mark.parametrize("news", [((0, 30),), ((0, 30), ("revoked", 10))])
    def test_do_not_change_when_everything_is_told_twice(self, news):
        assert after(*news, *news) == after(*news)
