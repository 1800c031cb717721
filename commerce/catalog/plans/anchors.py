"""Periods that begin on a day of the month of the plan's own: how long the first one is."""

from __future__ import annotations

from datetime import date
from typing import Final

from commerce.catalog.interface.dto import IntervalUnit

_MONTHS: Final = {IntervalUnit.MONTH: 1, IntervalUnit.YEAR: 12}


def first_days(
    begins_on: date, *, anchor_day: int, unit: IntervalUnit, count: int
) -> tuple[int, int]:
    """Give the days of the first period and those of the whole one it is the end of.

    It ends on the anchor day of the month it begins in or, where that is over, an interval later:
    who takes a year on the 31st pays for most of a year, and not for two weeks and then for a
    year. One that begins on an anchor day is whole.
    """
    if begins_on.day == anchor_day:
        return 1, 1
    months = count * _MONTHS[unit]
    # Every month has the day: it is 28 at most.
    this_month = begins_on.replace(day=anchor_day)
    is_over = begins_on.day > anchor_day
    start = this_month if is_over else _months_later(this_month, -months)
    end = _months_later(this_month, months) if is_over else this_month
    return (end - begins_on).days, (end - start).days


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return day.replace(year=index // 12, month=index % 12 + 1)
