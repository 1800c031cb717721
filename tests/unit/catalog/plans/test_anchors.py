"""The first period of a plan that is billed on a day of the month of its own."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.interface.dto import IntervalUnit
from commerce.catalog.plans.anchors import first_days
from tests.golden import cases_of

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
ANCHORS = st.integers(1, 28)


class TestFirstDays:
    @pytest.mark.parametrize(
        ("begins_on", "unit", "count", "days"),
        [
            ("2027-03-01", "month", 1, (1, 1)),
            ("2027-03-31", "month", 1, (1, 31)),
            ("2027-02-27", "month", 1, (2, 28)),
            ("2028-02-27", "month", 1, (3, 29)),
            ("2027-03-31", "month", 3, (62, 92)),
            ("2027-12-02", "year", 1, (365, 366)),
            ("2028-12-02", "year", 2, (729, 730)),
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

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(case, id=case["id"])
            for case in cases_of("billing", "proration.annual", "proration.annual_leap")
        ],
    )
    def test_are_the_first_share_of_the_golden_cases(self, case):
        subscription = case["given"]["subscription"]
        begins_on = dt.datetime.fromisoformat(subscription["start"]).date()

        found = first_days(
            begins_on, anchor_day=subscription["anchor_day"], unit=IntervalUnit.YEAR, count=1
        )

        assert Fraction(*found) == Fraction(case["then"]["cycle_fractions"][0])

    @pytest.mark.parametrize(
        "case",
        [pytest.param(x, id=x["id"]) for x in cases_of("billing", "calendar.anchor_day")],
    )
    def test_end_where_others_align(self, case):
        start = dt.datetime.fromisoformat(case["given"]["service_start"]).date()

        for unit in ("month", "year"):
            if aligned := case["then"]["first_aligned_date"].get(unit):
                days, _ = first_days(
                    start,
                    anchor_day=case["given"]["anchor_day"],
                    unit=IntervalUnit(unit),
                    count=1,
                )
                assert f"{start + dt.timedelta(days=days)}T00:00:00Z" == aligned
