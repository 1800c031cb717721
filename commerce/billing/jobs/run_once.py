"""Do the work of one window of time once, however many clocks ring for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.db.models.functions import Now

from commerce.billing.jobs.models import JobRun
from commerce.shared.ids import new_id


def run_once(
    *,
    job: str,
    window: str,
    lease: timedelta,
    now: datetime,
    work: Callable[[], Mapping[str, object]],
) -> JobRun | None:
    """Claim (job, window), do the work, and note what it found; None: somebody else has it.

    A run that fails or dies loses its claim after the lease, and whoever rings then does the work
    again. So the work itself must be safe to repeat: the claim saves effort, never money.
    """
    claimed = _claim(job, window, lease_until=now + lease, now=now)
    if claimed is None:
        return None
    details = dict(work())
    JobRun.objects.filter(pk=claimed.pk).update(details=details, finished_at=Now())
    return JobRun.objects.get(pk=claimed.pk)


def _claim(job: str, window: str, *, lease_until: datetime, now: datetime) -> JobRun | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_jobrun AS known
                   (id, job, "window", lease_until, started_at, details)
            VALUES (%(id)s, %(job)s, %(window)s, %(lease_until)s, %(now)s, '{}')
            ON CONFLICT (job, "window") DO UPDATE
               SET lease_until = EXCLUDED.lease_until, started_at = EXCLUDED.started_at
             WHERE known.finished_at IS NULL AND known.lease_until < EXCLUDED.started_at
            RETURNING id
            """,
            {
                "id": new_id(),
                "job": job,
                "window": window,
                "lease_until": lease_until,
                "now": now,
            },
        )
        row = cursor.fetchone()
    return JobRun.objects.get(pk=row[0]) if row else None
