"""The first period of a plan that is billed on a day of the month of its own."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.interface.dto import IntervalUnit
from commerce.catalog.plans.anchors import first_days, next_anchor
from tests.golden import cases_of

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
ANCHORS = st.integers(1, 28)


class TestNextAnchor:
    @given(DAYS, ANCHORS)
    def test_is_that_day_within_a_month(self, day, anchor_day):
        found = next_anchor(day, anchor_day=anchor_day)

        assert found.day == anchor_day
        assert 0 <= (found - day).days < 31

    @pytest.mark.parametrize(
        "case",
        [pytest.param(x, id=x["id"]) for x in cases_of("billing", "calendar.anchor_day")],
    )
    def test_is_where_others_align(self, case):
        start = dt.datetime.fromisoformat(case["given"]["service_start"]).date()

        found = next_anchor(start, anchor_day=case["given"]["anchor_day"])

        assert f"{found}T00:00:00Z" == case["then"]["first_aligned_date"]["month"]


class TestFirstDays:
    @pytest.mark.parametrize(
        ("begins_on", "unit", "count", "days"),
        [
            ("2027-03-01", "month", 1, (1, 1)),
            ("2027-03-31", "month", 1, (1, 31)),
            ("2027-02-27", "month", 1, (2, 28)),
            ("2028-02-27", "month", 1, (3, 29)),
            ("2027-03-31", "month", 3, (1, 90)),
            ("2027-12-02", "year", 1, (30, 365)),
            ("2028-12-02", "year", 2, (30, 731)),
        ],
    )
    def test_are_those_to_the_first_of_the_month(self, begins_on, unit, count, days):
        found = first_days(
            dt.date.fromisoformat(begins_on), anchor_day=1, unit=IntervalUnit(unit), count=count
        )

        assert found == days

    @given(DAYS, ANCHORS, st.sampled_from(["month", "year"]), st.integers(1, 12))
    def test_are_never_more_than_the_whole_period(self, begins_on, anchor_day, unit, count):
        days, of_days = first_days(
            begins_on, anchor_day=anchor_day, unit=IntervalUnit(unit), count=count
        )

        assert 1 <= days <= of_days
