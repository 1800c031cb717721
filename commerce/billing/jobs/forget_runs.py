"""Forget runs of jobs that nobody will ask about any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from commerce.billing.jobs.models import JobRun

# Long enough to look at last month's close.
KEEP_FOR = timedelta(days=60)


def forget_runs(*, now: datetime) -> int:
    """Delete old runs; returns how many. Their work stays done: it stands in rows of its own."""
    deleted, _ = JobRun.objects.filter(started_at__lt=now - KEEP_FOR).delete()
    return deleted
