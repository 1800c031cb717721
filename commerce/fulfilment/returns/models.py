"""Returns and their life: requested → approved → received → closed, or rejected."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder, FulfilmentOrderLine
from commerce.shared.fields import state_is_known
from commerce.shared.ids import new_id


class ReturnStatus(models.TextChoices):
    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    CLOSED = "closed"
    REJECTED = "rejected"


class Return(FSMModelMixin, models.Model):
    """Units a customer wants to send back, and what became of them."""

    Status = ReturnStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="returns"
    )
    reference = models.UUIDField(unique=True, help_text="Whoever asks twice under it asks once.")
    status = FSMField(choices=ReturnStatus, default=ReturnStatus.REQUESTED, protected=True)
    reason = models.CharField(max_length=500)
    rejection_reason = models.CharField(max_length=500, blank=True, default="")
    requested_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", ReturnStatus, table="fulfilment_return"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="fulfilment_return_by_status", fields=["status", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    # Transitions: every way a return can change, in the order it usually happens.

    @transition(field=status, source=ReturnStatus.REQUESTED, target=ReturnStatus.APPROVED)
    def approve(self, *, at: datetime) -> None:
        self.approved_at = at

    @transition(
        field=status,
        source=[ReturnStatus.REQUESTED, ReturnStatus.APPROVED],
        target=ReturnStatus.REJECTED,
    )
    def reject(self, *, reason: str, at: datetime) -> None:
        """It may not, or will not, come back; its units can be asked for again."""
        self.rejection_reason = reason
        self.rejected_at = at

    @transition(field=status, source=ReturnStatus.APPROVED, target=ReturnStatus.RECEIVED)
    def receive(self, *, at: datetime) -> None:
        self.received_at = at

    @transition(field=status, source=ReturnStatus.RECEIVED, target=ReturnStatus.CLOSED)
    def close(self, *, at: datetime) -> None:
        """Nothing more is to be done."""
        self.closed_at = at


class ReturnLine(models.Model):
    """Units of an order line that come back, and where they went: to the shelf or written off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rma = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(FulfilmentOrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(help_text="Announced.")
    restocked = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="fulfilment_returnline_once", fields=["rma", "line"]),
            models.CheckConstraint(
                name="fulfilment_returnline_within_announced",
                condition=Q(quantity__gt=0, quantity__gte=F("restocked") + F("written_off")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"

    @property
    def received(self) -> int:
        return self.restocked + self.written_off
