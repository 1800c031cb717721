"""Scheduled work: each window of time is worked on once, and a run that died is taken over."""

import datetime as dt

import pytest

from commerce.billing.jobs.forget_runs import forget_runs
from commerce.billing.jobs.run_once import run_once
from commerce.billing.models import JobRun
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LEASE = dt.timedelta(minutes=3)


def ring(work, *, window="12:00", now=NOON):
    return run_once(job="count", window=window, lease=LEASE, now=now, work=work)


class TestRunOnce:
    def test_does_the_work_and_notes_what_it_found(self):
        run = ring(lambda: {"counted": 3})

        assert (run.details, run.started_at) == ({"counted": 3}, NOON)
        assert run.finished_at is not None

    def test_leaves_a_window_alone_that_somebody_has(self):
        ring(dict)

        assert ring(lambda: pytest.fail("it worked twice")) is None

    def test_works_on_the_next_window(self):
        ring(dict)

        assert ring(dict, window="12:01") is not None

    def test_takes_over_from_a_run_that_died(self):
        with pytest.raises(ZeroDivisionError):
            ring(lambda: {"counted": 1 / 0})

        assert ring(dict, now=NOON + dt.timedelta(minutes=1)) is None
        taken_over = ring(lambda: {"counted": 3}, now=NOON + dt.timedelta(minutes=4))
        assert taken_over.details == {"counted": 3}
        assert JobRun.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_lets_one_of_many_bells_work(self):
        worked = []

        outcomes = at_once([lambda: ring(lambda: worked.append(1) or {})] * 32)

        assert outcomes == {"done": 32}
        assert worked == [1]


class TestForgetRuns:
    def test_keeps_what_somebody_may_still_ask_about(self):
        ring(dict)
        ring(dict, window="long ago", now=NOON - dt.timedelta(days=61))

        assert forget_runs(now=NOON) == 1
        assert JobRun.objects.get().window == "12:00"
