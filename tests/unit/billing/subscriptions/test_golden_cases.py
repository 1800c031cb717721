"""Golden cases of calendars: when a subscription is billed, in whose midnight, for which period."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commerce.billing.subscriptions.periods import Period, Schedule, days_later, midnight
from tests.golden import cases_of

CASES = cases_of(
    "billing",
    "calendar.anchor_day",
    "calendar.dst",
    "calendar.leap_year",
    "calendar.month_end",
    "calendar.monthly",
    "calendar.quarterly",
    "calendar.time_zone",
    "calendar.weekly",
)
INTERVALS = {
    "week": ("week", 1),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "year": ("year", 1),
    "thirty_days": ("day", 30),
}

Case = dict[str, Any]


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


class Calendar:
    """A case's subscription, and the periods that our schedule gives it."""

    def __init__(self, given: Case) -> None:
        self.given = given["subscription"]
        self.zone = given.get("customer", {}).get("time_zone", "UTC")
        self.start = instant(self.given["start"])
        if trial_days := self.given.get("trial_days"):
            self.start = days_later(self.start, days=trial_days, zone=self.zone)
        self.first_day = self.start.astimezone(ZoneInfo(self.zone)).date()
        unit, count = INTERVALS[self.given["interval"]]
        self.schedule = Schedule(
            anchor_date=self._anchor(unit), unit=unit, count=count, zone=self.zone
        )

    def _anchor(self, unit: str) -> dt.date:
        if self.given.get("billing_time") == "calendar":
            if unit == "week":
                return self.first_day - dt.timedelta(days=self.first_day.weekday())
            return self.first_day.replace(day=1)
        assert self.first_day.day == self.given.get("anchor_day", self.first_day.day)
        return self.first_day

    def periods(self, until: dt.datetime) -> list[Period]:
        """Every period that has begun by then, the first one from the start's midnight."""
        found = [self.schedule.period_containing(midnight(self.first_day, self.zone))]
        while found[-1].end <= until:
            found.append(self.schedule.period_after(found[-1].end))
        return found

    def renewals(self, *, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
        return [p.end for p in self.periods(until)[:-1] if after < p.end <= until]


def told(case: Case) -> Case:
    """What our schedule says about the members of `then`."""
    given, when = case["given"], case["when"]
    if "service_start" in given:
        return {"first_aligned_date": first_aligned(given, case["then"]["first_aligned_date"])}
    calendar = Calendar(given)
    last = instant(when[-1]["at"])
    periods = calendar.periods(last)
    if calendar.given.get("collect") == "arrears":
        periods = [period for period in periods if period.end <= last]
    dates = [at.isoformat() for at in calendar.renewals(after=calendar.start, until=last)]
    local_days = {p.start.astimezone(ZoneInfo(calendar.zone)).day for p in periods}
    spans = [written(period, calendar) for period in periods]
    return {
        "billing_dates": dates,
        "periods": spans,
        "paid_periods": spans,
        "invoices": len(periods),
        "whole_periods_billed": len(periods),
        "invoice_count_deltas": deltas(calendar, [instant(step["at"]) for step in when]),
        "local_period_starts_day_of_month": local_days.pop() if len(local_days) == 1 else None,
        "anchor_day": calendar.schedule.anchor_date.day,
        "each_period_amount": calendar.given.get("amount"),
        "first_paid_local_period": {
            f"{name}_local": at.astimezone(ZoneInfo(calendar.zone)).date().isoformat()
            for name, at in (("start", periods[0].start), ("end", periods[0].end))
        }
        if periods
        else None,
        # Every period is a whole one: the schedule knows no others.
        "prorated_periods": sum(
            calendar.schedule.period_containing(period.start) != period for period in periods
        ),
    }


def first_aligned(given: Case, wanted: Case) -> Case:
    """The first midnight on or after the start at which a period of the anchor's calendar begins."""
    start, anchor_day = instant(given["service_start"]), given["anchor_day"]
    found = {}
    for interval in wanted:
        unit, count = INTERVALS[interval]
        anchor = start.date() if unit == "day" else start.date().replace(day=anchor_day)
        schedule = Schedule(anchor_date=anchor, unit=unit, count=count, zone="UTC")
        period = schedule.period_containing(start)
        found[interval] = (period.start if period.start == start else period.end).isoformat()
    return found


def deltas(calendar: Calendar, runs: list[dt.datetime]) -> list[int]:
    """How many renewals each run finds, where billing has run on the day before the first."""
    before = [runs[0] - dt.timedelta(days=1), *runs]
    return [
        len(calendar.renewals(after=after, until=until))
        for after, until in zip(before, runs, strict=False)
    ]


def written(period: Period, calendar: Calendar) -> Case:
    amount = {"amount": calendar.given["amount"]} if "amount" in calendar.given else {}
    return {"start": period.start.isoformat(), "end": period.end.isoformat()} | amount


def same_instants(value: Any) -> Any:
    """Write instants one way: the cases say `Z`, Python says `+00:00`."""
    if isinstance(value, dict):
        return {key: same_instants(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [same_instants(inner) for inner in value]
    if isinstance(value, str) and value.endswith("Z"):
        return instant(value).isoformat()
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
class TestCalendars:
    def test_say_what_the_case_says(self, case: Case) -> None:
        found, wanted = told(case), same_instants(case["then"])

        for name, value in wanted.items():
            match name:
                case "billing_dates_include":
                    assert set(value) <= set(found["billing_dates"])
                case "billing_dates_exclude":
                    assert not set(value) & set(found["billing_dates"])
                case "paid_periods_at_least":
                    assert len(found["periods"]) >= value
                case _:
                    assert found[name] == value, name
