"""The audit trail: who did what to which object, when. Rows are only ever added."""

from __future__ import annotations

from django.db import models

from commerce.shared.ids import new_id


class AuditEntry(models.Model):
    """One act. A database trigger refuses UPDATE, DELETE and TRUNCATE."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.UUIDField(null=True, help_text="A user or an API key, after actor_kind.")
    action = models.CharField(max_length=100, help_text="For example billing.order.cancel.")
    subject = models.CharField(max_length=100, help_text="Public id of what was acted upon.")
    details = models.JSONField(default=dict, help_text="Ids and amounts, nothing personal.")
    correlation_id = models.CharField(max_length=64)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(name="identity_audit_by_subject", fields=["subject", "id"]),
            models.Index(name="identity_audit_by_actor", fields=["actor_id", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
