"""The timeline of a price: sales end, plans stay, the past is never touched."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.pricing.schedule import Period, in_force, with_price, without

DAY_0 = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
HORIZON = 60


def day(n):
    return DAY_0 + dt.timedelta(days=n)


def period(amount, first, last=None):
    until = None if last is None else day(last)
    return Period(amount_minor=amount, valid_from=day(first), valid_until=until)


def shown(timeline):
    """As (amount, first day, day it ends)."""
    return [
        (
            x.amount_minor,
            (x.valid_from - DAY_0).days,
            x.valid_until and (x.valid_until - DAY_0).days,
        )
        for x in timeline
    ]


class TestWithPrice:
    def test_begins_a_timeline(self):
        assert shown(with_price([], period(10_00, 0))) == [(10_00, 0, None)]

    def test_ends_what_held_before(self):
        timeline = with_price([period(10_00, 0)], period(12_00, 5))

        assert shown(timeline) == [(10_00, 0, 5), (12_00, 5, None)]

    def test_returns_to_the_normal_price_after_a_sale(self):
        timeline = with_price([period(10_00, 0)], period(8_00, 5, 8))

        assert shown(timeline) == [(10_00, 0, 5), (8_00, 5, 8), (10_00, 8, None)]

    def test_leaves_a_planned_sale_as_it_is_when_todays_price_changes(self):
        planned = with_price([period(10_00, 0)], period(8_00, 20, 23))

        timeline = with_price(planned, period(11_00, 5))

        assert shown(timeline) == [
            (10_00, 0, 5),
            (11_00, 5, 20),
            (8_00, 20, 23),
            (10_00, 23, None),
        ]

    def test_cuts_exactly_its_time_out_of_what_was_planned(self):
        planned = [period(10_00, 0, 10), period(9_00, 10, 20), period(8_00, 20)]

        timeline = with_price(planned, period(5_00, 5, 25))

        assert shown(timeline) == [(10_00, 0, 5), (5_00, 5, 25), (8_00, 25, None)]

    def test_replaces_a_price_that_begins_at_the_same_instant(self):
        assert shown(with_price([period(10_00, 0)], period(9_00, 0))) == [(9_00, 0, None)]

    def test_fills_a_gap_without_touching_its_sides(self):
        timeline = with_price([period(10_00, 0, 5), period(9_00, 20)], period(7_00, 8, 10))

        assert shown(timeline) == [(10_00, 0, 5), (7_00, 8, 10), (9_00, 20, None)]

    def test_changes_nothing_where_it_already_costs_that(self):
        timeline = [replace(period(10_00, 0), price_id="row")]

        assert with_price(timeline, period(10_00, 5)) == timeline
        assert with_price(timeline, period(10_00, 5, 8)) == timeline

    @pytest.mark.parametrize(
        ("at", "rest"), [(0, []), (3, [(10_00, 0, 3)]), (5, [(10_00, 0, 5)]), (7, [(10_00, 0, 5)])]
    )
    def test_ends_what_holds_and_calls_off_what_is_planned(self, at, rest):
        timeline = [period(10_00, 0, 5), period(9_00, 7, 9), period(8_00, 9)]

        assert shown(without(timeline, at=day(at))) == rest

    def test_keeps_the_row_of_what_merely_ends_sooner(self):
        timeline = with_price([replace(period(10_00, 0), price_id="row")], period(8_00, 5, 8))

        assert [x.price_id for x in timeline] == ["row", None, None]


periods = st.builds(
    lambda amount, first, length: period(amount, first, first + length if length else None),
    st.integers(0, 3),
    st.integers(0, 30),
    st.one_of(st.none(), st.integers(1, 20)),
)


class TestTimelines:
    @given(st.lists(periods, max_size=6), periods)
    def test_stay_without_overlap_and_change_only_within_the_new_period(self, history, new):
        before: list[Period] = []
        for old in history:
            before = with_price(before, old)

        after = with_price(before, new)

        assert all(
            x.valid_until is not None and x.valid_until <= y.valid_from for x, y in pairwise(after)
        )
        planned = [x.valid_from for x in before if x.valid_from > new.valid_from]
        until = new.valid_until or min(planned, default=None)
        for n in range(HORIZON):
            is_within = new.valid_from <= day(n) and (until is None or day(n) < until)
            was, now = in_force(before, day(n)), in_force(after, day(n))
            if is_within:
                assert now.amount_minor == new.amount_minor
            else:
                assert (now and now.amount_minor) == (was and was.amount_minor)
