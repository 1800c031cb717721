"""What carriers send us, kept as it came until it is worked off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commerce.shared.ids import new_id


class CarrierEvent(models.Model):
    """One webhook. Stored before it is acknowledged, once for each event of the carrier."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(max_length=50)
    event_id = models.CharField(max_length=255)
    body = models.TextField(help_text="The JSON that was signed.")
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(
        null=True, help_text="NULL once it is worked off or parked."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True, help_text="Given up; waits for a person.")
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="fulfilment_carrierevent_once", fields=["provider", "event_id"]
            ),
            models.CheckConstraint(
                name="fulfilment_carrierevent_due_until_done",
                condition=Q(next_attempt_at__isnull=True)
                | Q(processed_at__isnull=True, parked_at__isnull=True),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="fulfilment_carrierevent_due",
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                name="fulfilment_carrierevent_parked",
                fields=["parked_at"],
                condition=Q(parked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
