"""Periods that begin on a day of the month of the plan's own: how long the first one is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from commerce.catalog.interface.dto import IntervalUnit

_MONTHS: Final = {IntervalUnit.MONTH: 1, IntervalUnit.YEAR: 12}


def first_days(
    begins_on: date, *, anchor_day: int, unit: IntervalUnit, count: int
) -> tuple[int, int]:
    """Give the days of the first period and those of the whole one it is the end of.

    It ends on the next anchor day, a month away at most, also where periods are years. One that
    begins on an anchor day is whole.
    """
    end = next_anchor(begins_on, anchor_day=anchor_day)
    if end == begins_on:
        return 1, 1
    start = _months_before(end, count * _MONTHS[unit])
    return (end - begins_on).days, (end - start).days


def next_anchor(day: date, *, anchor_day: int) -> date:
    """Give the first anchor day on or after a day; every month has one."""
    if day.day <= anchor_day:
        return day.replace(day=anchor_day)
    # The 28th and four days: next month, whichever it is.
    return (day.replace(day=28) + timedelta(days=4)).replace(day=anchor_day)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return day.replace(year=index // 12, month=index % 12 + 1)
