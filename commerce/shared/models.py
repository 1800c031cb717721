"""The kernel's one table: which queues are being worked on."""

from __future__ import annotations

from django.db import models


class QueueHeartbeat(models.Model):
    """When a worker last took a task from this queue. Nothing else proves that one lives."""

    queue = models.CharField(max_length=50, primary_key=True)
    consumed_at = models.DateTimeField(help_text="By the database's clock.")

    class Meta:
        ordering = ("queue",)

    def __str__(self) -> str:
        return self.queue
