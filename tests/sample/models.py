"""The sample's tables."""

from typing import ClassVar

from django.db import models

from commerce.shared.idempotency import IdempotencyRecordBase
from commerce.shared.ids import new_id
from tests.sample.outbox import OutboxMessage

__all__ = ["IdempotencyRecord", "Note", "OutboxMessage"]


class IdempotencyRecord(IdempotencyRecordBase):
    class Meta(IdempotencyRecordBase.Meta):
        app_label = "sample"


class Note(models.Model):
    """A note; what a receiver has heard is a note too, unique by the message's own id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    text = models.TextField()
    rank = models.IntegerField(default=0)
    written_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Note"]] = models.Manager()

    class Meta:
        app_label = "sample"
        constraints = [
            models.CheckConstraint(name="sample_note_rank", condition=models.Q(rank__gte=0)),
        ]

    def __str__(self) -> str:
        return self.text
