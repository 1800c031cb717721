"""API keys: how another server of ours, or a partner's, calls the API."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from commerce.shared.ids import new_id


class ApiKey(models.Model):
    """A key is shown once, when it is made; afterwards only its beginning and its hash exist."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100, help_text="For people: who uses it, and for what.")
    prefix = models.CharField(max_length=16, help_text="The beginning, to recognize it by.")
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=50))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="identity_api_key_secret_once", fields=["secret_hash"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
