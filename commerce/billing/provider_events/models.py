"""Provider events: webhooks as they came, before anything is believed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commerce.shared.ids import new_id


class ProviderEvent(models.Model):
    """A webhook as it came. Stored once, acknowledged, and worked on from here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(max_length=16, default="stripe")
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255, blank=True, default="")
    payload = models.JSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True, help_text="NULL once processed or parked.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    parked_at = models.DateTimeField(null=True, help_text="Given up; waits for a person.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_providerevent_once", fields=["provider", "event_id"]
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_providerevent_due",
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                name="billing_providerevent_parked",
                fields=["parked_at"],
                condition=models.Q(parked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
