"""Catch up with the provider's events: from where the last look ended, however long ago that was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from commerce.billing.jobs.models import JobRun
from commerce.billing.jobs.run_once import run_once
from commerce.billing.provider_events.fetch_missed_events import fetch_missed_events

JOB = "catch_up_with_events"
# For clocks that differ, and for events that the provider lists later than it dates them.
OVERLAP = timedelta(hours=2)
# https://docs.stripe.com/api/events
PROVIDER_KEEPS_FOR = timedelta(days=30)
# What is listed in one piece; a run that is out of time has these behind it.
SLICE = timedelta(hours=12)
LEASE = timedelta(minutes=3)


def catch_up_with_events(
    *, now: datetime, keep_going: Callable[[], bool] = lambda: True
) -> JobRun | None:
    """Fetch what was missed since the last look that succeeded; None: somebody is at it already.

    An outage of ours of any length is made up for, as far back as the provider remembers; where
    the time does not suffice, the next run goes on from there.
    """
    return run_once(
        job=JOB,
        window=f"{now:%Y-%m-%dT%H}",
        lease=LEASE,
        now=now,
        work=lambda: _catch_up(now=now, keep_going=keep_going),
    )


def _catch_up(*, now: datetime, keep_going: Callable[[], bool]) -> Mapping[str, object]:
    since, new = _looked_until(now=now) - OVERLAP, 0
    while since < now and keep_going():
        until = min(since + SLICE, now)
        new += fetch_missed_events(since=since, until=until, now=now)
        since = until
    return {"new": new, "until": since.isoformat()}


def _looked_until(*, now: datetime) -> datetime:
    earliest = now - PROVIDER_KEEPS_FOR + OVERLAP
    last = (
        JobRun.objects.filter(job=JOB, finished_at__isnull=False, started_at__lte=now)
        .order_by("-started_at")
        .first()
    )
    return max(datetime.fromisoformat(last.details["until"]), earliest) if last else earliest
