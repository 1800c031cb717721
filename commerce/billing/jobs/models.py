"""Scheduled work: the clock only rings, the claim of (job, window) decides who works."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commerce.shared.ids import new_id


class JobRun(models.Model):
    """One run of one job for one window of time; two bells at once make one run."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.CharField(max_length=64)
    window = models.CharField(max_length=64, help_text="What the run is for, such as 2027-03-01.")
    lease_until = models.DateTimeField(help_text="A run that died is taken over after this.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict, help_text="What it found and did, in counts.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="billing_jobrun_once", fields=["job", "window"]),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.window}"
