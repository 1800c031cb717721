"""First periods up to a day of the month: billing bills the days that the catalog prices."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.subscriptions.periods import Days, Schedule, first_anchor, midnight
from commerce.catalog.interface.dto import IntervalUnit
from commerce.catalog.plans.anchors import first_days

ZONES = ("UTC", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu")


@given(
    day=st.dates(dt.date(2012, 1, 1), dt.date(2060, 1, 1)),
    anchor_day=st.integers(1, 28),
    unit=st.sampled_from([IntervalUnit.MONTH, IntervalUnit.YEAR]),
    count=st.integers(1, 12),
    zone=st.sampled_from(ZONES),
)
def test_have_the_same_days_in_both_contexts(day, anchor_day, unit, count, zone):
    anchor = first_anchor(day, anchor_day=anchor_day, unit=unit, count=count)
    schedule = Schedule(anchor_date=anchor, unit=unit, count=count, zone=zone)

    period = schedule.period_after(midnight(day, zone))

    days, of_days = first_days(day, anchor_day=anchor_day, unit=unit, count=count)
    assert schedule.days_of(period) == Days(days=days, of_days=of_days)
    ends_on = period.end.astimezone(ZoneInfo(zone)).date()
    assert ends_on.day == anchor_day
    assert schedule.days_of(schedule.period_after(period.end)) == Days()
