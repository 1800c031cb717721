"""Incidents: what a person has to look at, because no rule knows the right answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commerce.shared.ids import new_id


class Incident(models.Model):
    """Something about money that a person has to look at; open until somebody has."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=64, help_text="Such as amount_mismatch.")
    subject = models.CharField(max_length=120, help_text="Public id of what it is about.")
    details = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_incident_open_once",
                fields=["kind", "subject"],
                condition=models.Q(resolved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
