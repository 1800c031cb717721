"""A migration: the subscriptions of a plan on their way to its newest terms, batch by batch."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    RUNNING = "running"
    FINISHED = "finished"


class SubscriptionMigration(FSMModelMixin, models.Model):
    """How far it is, and what it has come to. Each batch is counted where it is written."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan_code = models.CharField(max_length=100)
    to_version = models.PositiveIntegerField()
    terms = models.JSONField(help_text="Those of the version, by currency, as they were read.")
    is_dry_run = models.BooleanField(help_text="Counts and adds up, and changes nothing.")
    status = FSMField(choices=Status, default=Status.RUNNING, protected=True)
    after_id = models.UUIDField(null=True, help_text="Up to here all is done; rows come by id.")
    moved = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=dict, help_text="How many keep their terms, by the reason.")
    amounts = models.JSONField(
        default=dict,
        help_text="By currency, what the next period of all moved costs before and after.",
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_subscriptionmigration"),
            models.UniqueConstraint(
                name="billing_subscriptionmigration_one_at_a_time",
                fields=["plan_code", "is_dry_run"],
                condition=models.Q(status="running"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_migration_newest", fields=["-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.plan_code} to v{self.to_version}"

    @transition(field=status, source=Status.RUNNING, target=Status.FINISHED)
    def finish(self, *, at: datetime) -> None:
        self.finished_at = at
