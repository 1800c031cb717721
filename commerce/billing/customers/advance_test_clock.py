"""Advance a test clock: say where it shall go; move_test_clock.py takes it there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commerce.billing.customers.models import TestClock
from commerce.billing.customers.start_test_clock import ClocksNotAllowed
from commerce.shared.errors import Conflict, Rejected

# Every period on the way is billed and collected; further ahead is asked for in several steps.
ADVANCE_AT_MOST = timedelta(days=731)


class ClockMovesForwardOnly(Rejected):
    """A test clock never goes back, and never further than two years at once."""

    code = "test_clock_target_impossible"

    def __init__(self, *, clock_now: datetime) -> None:
        super().__init__()
        self.clock_now = clock_now


class ClockIsAdvancing(Conflict):
    """It is still on its way to an earlier target."""

    code = "test_clock_is_advancing"
    _retry_after_s = 2


def advance_test_clock(*, clock_id: UUID, to: datetime) -> TestClock:
    """Set a clock going. Asking for the same target again, on the way or there, changes nothing.

    Raises:
        ClocksNotAllowed: this shop takes real money.
        ClockMovesForwardOnly: the target is behind it, or too far ahead.
        ClockIsAdvancing: it is on its way to another target.
    """
    if not settings.TEST_CLOCKS_ALLOWED:
        raise ClocksNotAllowed
    with transaction.atomic(durable=True):
        clock = TestClock.objects.select_for_update(no_key=True).get(pk=clock_id)
        if to in (clock.target, clock.now):
            return clock
        if clock.status == TestClock.Status.ADVANCING:
            raise ClockIsAdvancing
        if not clock.now < to <= clock.now + ADVANCE_AT_MOST:
            raise ClockMovesForwardOnly(clock_now=clock.now)
        clock.advance(target=to)
        clock.save(update_fields=["status", "target"])
    return clock
