"""Billing periods: whole local days, half-open, each computed from the first anchor.

A period begins at midnight of the customer's zone and ends where the next one begins. Counting
from the anchor and never from the last period is what keeps 31 January → 28 February → 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` up to but not including `end`, both in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How much of a whole period there is: all of it, or the days before the first anchor."""

    days: int = 1
    of_days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Every period there ever is: `count` × `unit` (day, week, month, year) from an anchor day.

    The anchor's day of the month is kept; a shorter month is billed on its last day.
    """

    anchor_date: date
    unit: str
    count: int
    zone: str

    def boundary(self, index: int) -> datetime:
        """Give the instant at which period `index` begins; the anchor begins period 0."""
        return midnight(self._date_of(index), self.zone)

    def period_containing(self, at: datetime) -> Period:
        found = self._period_from(self._index_on(at.astimezone(ZoneInfo(self.zone)).date()))
        # Clocks set back over midnight show yesterday's date again after today has begun
        # (St John's, until 2011, at one minute past).
        return found if at < found.end else self.period_after(found.end)

    def period_after(self, end: datetime) -> Period:
        """Give the period that begins where another one ended.

        It begins at exactly `end`, even if the zone's rules have changed since `end` was
        computed: periods already billed are facts, and the next one tiles on.
        """
        # Noon of that day names the same local date under the old rules and under the new.
        day = (end + timedelta(hours=12)).astimezone(ZoneInfo(self.zone)).date()
        return Period(start=end, end=self._period_from(self._index_on(day)).end)

    def days_of(self, period: Period) -> Days:
        """Tell how many of a whole period's days a period has; only the first can be short."""
        first_day = (period.start + timedelta(hours=12)).astimezone(ZoneInfo(self.zone)).date()
        if first_day >= self.anchor_date:
            return Days()
        return Days(
            days=(self.anchor_date - first_day).days,
            of_days=(self.anchor_date - self._date_of(-1)).days,
        )

    def _period_from(self, index: int) -> Period:
        start, end = self.boundary(index), self.boundary(index + 1)
        while end <= start:
            # A day can be missing altogether: Samoa had no 30 December 2011.
            index += 1
            end = self.boundary(index + 1)
        return Period(start=start, end=end)

    def _date_of(self, index: int) -> date:
        if self.unit in _DAYS:
            return self.anchor_date + timedelta(days=index * self.count * _DAYS[self.unit])
        months = self.anchor_date.month - 1 + index * self.count * _MONTHS[self.unit]
        year, month = self.anchor_date.year + months // 12, months % 12 + 1
        return date(year, month, min(self.anchor_date.day, monthrange(year, month)[1]))

    def _index_on(self, day: date) -> int:
        """Find the period that a local day lies in."""
        if self.unit in _DAYS:
            return (day - self.anchor_date).days // (self.count * _DAYS[self.unit])
        months = (day.year - self.anchor_date.year) * 12 + day.month - self.anchor_date.month
        index = months // (self.count * _MONTHS[self.unit])
        return index if self._date_of(index) <= day else index - 1


def first_anchor(day: date, *, anchor_day: int, unit: str, count: int) -> date:
    """Give where whole periods begin, of a plan that is billed on a day of the month, 1 to 28.

    It is that day of the month or, where that is over, an interval later. The catalog prices the
    days before it by the same rule.
    """
    this_month = day.replace(day=anchor_day)
    if day.day <= anchor_day:
        return this_month
    index = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
    return this_month.replace(year=index // 12, month=index % 12 + 1)


def midnight(day: date, zone: str) -> datetime:
    """Give the instant at which a local day begins.

    Where clocks skip midnight the day begins at the moment of the change; where they show it
    twice, at the first.
    """
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def days_later(at: datetime, *, days: int, zone: str) -> datetime:
    """Give the same time of day some local days later: what a trial promises."""
    local = at.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=days)).astimezone(UTC)
