"""Imports: a file on its way into the catalog, how far it has come, and what was wrong with it.

The file lies in rows and not on a disk, so that any worker on any machine can go on with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import CurrencyField, ReferenceField, state_is_known
from commerce.shared.ids import new_id


class ImportFormat(models.TextChoices):
    CSV = "csv"
    JSONL = "jsonl"
    SHOPIFY = "shopify"


class ImportStatus(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELED = "canceled"


class Import(FSMModelMixin, models.Model):
    """One file. Its counters and its position change in the transaction that loads a batch.

    So a batch is loaded and counted once, wherever a worker dies.
    """

    Format = ImportFormat
    Status = ImportStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    status = FSMField(choices=ImportStatus, default=ImportStatus.WAITING, protected=True)
    format = models.CharField(max_length=10, choices=ImportFormat)
    file_name = models.CharField(max_length=200, blank=True, default="")
    is_dry_run = models.BooleanField(
        default=False, help_text="Tells what would be; changes nothing."
    )
    currency = CurrencyField(default="USD", help_text="Of the prices in a Shopify file.")
    user_id = ReferenceField("identity.User", null=True, db_index=False)

    size = models.BigIntegerField(help_text="Of the file, in bytes.")
    columns = models.JSONField(null=True, help_text="The first line of a CSV file, once read.")
    position = models.BigIntegerField(
        default=0, help_text="The byte at which the next batch begins."
    )
    line = models.BigIntegerField(default=1, help_text="The line at which the next batch begins.")

    rows_read = models.IntegerField(default=0, help_text="Products in the file, good and bad.")
    rows_created = models.IntegerField(default=0)
    rows_changed = models.IntegerField(default=0)
    rows_unchanged = models.IntegerField(default=0)
    rows_refused = models.IntegerField(default=0)
    problems = models.IntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True, default="")

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="When the first batch was begun.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            state_is_known("status", ImportStatus, table="catalog_import"),
            models.CheckConstraint(
                name="catalog_import_ended_or_not",
                condition=Q(status__in=["waiting", "running"], ended_at=None)
                | Q(status__in=["finished", "failed", "canceled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_import_counts_add_up",
                condition=Q(
                    rows_read=models.F("rows_created")
                    + models.F("rows_changed")
                    + models.F("rows_unchanged")
                    + models.F("rows_refused")
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="catalog_import_to_do",
                fields=["id"],
                condition=Q(status__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.id)

    @property
    def progress(self) -> float:
        """The share of the file that is done."""
        return 1.0 if self.status == ImportStatus.FINISHED else self.position / (self.size or 1)

    # Transitions: every way an import can change, in the order it usually happens.

    @transition(field=status, source=ImportStatus.WAITING, target=ImportStatus.RUNNING)
    def start(self, *, at: datetime) -> None:
        self.started_at = at

    @transition(field=status, source=ImportStatus.RUNNING, target=ImportStatus.FINISHED)
    def finish(self, *, at: datetime) -> None:
        self.ended_at = at

    @transition(
        field=status,
        source=[ImportStatus.WAITING, ImportStatus.RUNNING],
        target=ImportStatus.FAILED,
    )
    def fail(self, *, reason: str, at: datetime) -> None:
        """Give up on a file that cannot be read at all; what was loaded before stays."""
        self.failure, self.ended_at = reason[:500], at

    @transition(
        field=status,
        source=[ImportStatus.WAITING, ImportStatus.RUNNING],
        target=ImportStatus.CANCELED,
    )
    def cancel(self, *, at: datetime) -> None:
        """Load no further batch; what was loaded before stays."""
        self.ended_at = at


class ImportPart(models.Model):
    """A piece of the file, beginning at a byte of it. Forgotten some days after the end."""

    batch = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    begins_at = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("batch", "begins_at")
        constraints = [
            models.UniqueConstraint(name="catalog_import_part_once", fields=["batch", "begins_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} from byte {self.begins_at}"


class ImportProblem(models.Model):
    """What is wrong with one field of one line, and so with the product it is about."""

    batch = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="found_problems", db_index=False
    )
    line = models.BigIntegerField()
    field = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=64)
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ("batch", "line", "id")
        indexes = [
            models.Index(name="catalog_import_problem_by_line", fields=["batch", "line", "id"])
        ]

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.message}"
