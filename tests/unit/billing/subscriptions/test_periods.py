"""Billing periods tile time, keep their anchor day, and begin at the customer's midnight."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from commerce.billing.subscriptions.periods import Schedule, days_later, midnight

# With changes of the clock at midnight (Cairo, Santiago), over midnight (St John's), of half an
# hour (Lord Howe), and a day that never was (Apia).
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]

schedules = st.builds(
    Schedule,
    anchor_date=st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)),
    unit=st.sampled_from(["day", "week", "month", "year"]),
    count=st.integers(1, 13),
    zone=st.sampled_from(ZONES),
)
indexes = st.integers(0, 120)
instants = st.integers(0, 60 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(1999, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


def monthly(anchor_date, *, count=1, zone="UTC"):
    return Schedule(anchor_date=anchor_date, unit="month", count=count, zone=zone)


def days(schedule, count):
    return [schedule.boundary(i).date() for i in range(count)]


class TestSchedule:
    def test_bills_the_31st_on_the_last_day_of_shorter_months_and_comes_back(self):
        assert days(monthly(dt.date(2026, 1, 31)), 5) == [
            dt.date(2026, 1, 31),
            dt.date(2026, 2, 28),
            dt.date(2026, 3, 31),
            dt.date(2026, 4, 30),
            dt.date(2026, 5, 31),
        ]

    def test_bills_a_leap_day_yearly_on_28_february_until_it_comes_back(self):
        yearly = Schedule(anchor_date=dt.date(2024, 2, 29), unit="year", count=1, zone="UTC")

        assert days(yearly, 5) == [
            dt.date(2024, 2, 29),
            dt.date(2025, 2, 28),
            dt.date(2026, 2, 28),
            dt.date(2027, 2, 28),
            dt.date(2028, 2, 29),
        ]

    def test_begins_at_the_customers_midnight_on_both_sides_of_a_clock_change(self):
        berlin = monthly(dt.date(2026, 3, 15), zone="Europe/Berlin")

        assert berlin.boundary(0) == dt.datetime(2026, 3, 14, 23, tzinfo=dt.UTC)
        assert berlin.boundary(1) == dt.datetime(2026, 4, 14, 22, tzinfo=dt.UTC)

    def test_begins_a_day_whose_midnight_is_skipped_at_the_moment_of_the_change(self):
        # Santiago, 2026-09-06: 00:00 becomes 01:00.
        assert midnight(dt.date(2026, 9, 6), "America/Santiago") == dt.datetime(
            2026, 9, 6, 4, tzinfo=dt.UTC
        )

    def test_leaves_out_a_day_that_never_was(self):
        # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
        daily = Schedule(
            anchor_date=dt.date(2011, 12, 29), unit="day", count=1, zone="Pacific/Apia"
        )

        first = daily.period_containing(daily.boundary(0))
        second = daily.period_after(first.end)

        assert second.start == midnight(dt.date(2011, 12, 31), "Pacific/Apia")
        assert second.end == midnight(dt.date(2012, 1, 1), "Pacific/Apia")

    def test_tiles_on_from_a_period_that_was_billed_under_older_rules_of_the_zone(self):
        berlin = monthly(dt.date(2026, 3, 31), zone="Europe/Berlin")
        # As if summer time had not existed when this period was billed.
        billed_until = dt.datetime(2026, 4, 29, 23, tzinfo=dt.UTC)

        following = berlin.period_after(billed_until)

        assert following.start == billed_until
        assert following.end == dt.datetime(2026, 5, 30, 22, tzinfo=dt.UTC)

    @given(schedules, indexes)
    def test_never_drifts(self, schedule, index):
        boundary = schedule.boundary(index).astimezone(ZoneInfo(schedule.zone)).date()

        assume(schedule.zone != "Pacific/Apia")  # its missing day is tested above
        if schedule.unit in ("month", "year"):
            assert boundary.day == min(
                schedule.anchor_date.day,
                (boundary.replace(day=28) + dt.timedelta(days=4)).replace(day=1).toordinal()
                - boundary.replace(day=1).toordinal(),
            )
        else:
            width = schedule.count * (7 if schedule.unit == "week" else 1)
            assert (boundary - schedule.anchor_date).days == index * width

    @given(schedules, st.integers(1, 60))
    def test_tiles_time_without_gap_or_overlap(self, schedule, length):
        period = schedule.period_containing(schedule.boundary(0))
        assert period.start == schedule.boundary(0)

        for _ in range(length):
            following = schedule.period_after(period.end)
            assert following.start == period.end
            assert following.end > following.start
            period = following

    @given(schedules, instants)
    @example(
        Schedule(anchor_date=dt.date(2009, 1, 1), unit="day", count=1, zone="America/St_Johns"),
        dt.datetime(2009, 11, 1, 2, 45, tzinfo=dt.UTC),
    )
    def test_finds_the_one_period_an_instant_lies_in(self, schedule, at):
        period = schedule.period_containing(at)

        assert period.start <= at < period.end
        assert schedule.period_containing(period.start) == period
        assert schedule.period_after(period.start) == period

    @given(schedules, st.integers(1, 40))
    def test_is_the_same_computed_one_by_one_and_from_the_anchor(self, schedule, length):
        assume(schedule.zone != "Pacific/Apia")
        period = schedule.period_containing(schedule.boundary(0))
        for _ in range(length):
            period = schedule.period_after(period.end)

        assert period.start == schedule.boundary(length)


class TestDaysLater:
    def test_keeps_the_time_of_day_over_a_clock_change(self):
        bought = dt.datetime(2026, 3, 20, 11, tzinfo=dt.UTC)  # noon in Berlin

        assert days_later(bought, days=14, zone="Europe/Berlin") == dt.datetime(
            2026, 4, 3, 10, tzinfo=dt.UTC
        )

    @pytest.mark.parametrize("zone", ZONES)
    def test_gives_every_zone_at_least_a_day_less_one_hour(self, zone):
        bought = dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC)

        assert days_later(bought, days=1, zone=zone) - bought >= dt.timedelta(hours=23)
