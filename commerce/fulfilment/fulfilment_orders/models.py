"""Fulfilment orders and their life: open or on hold → in progress → closed, or canceled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.fulfilment.inventory.models import StockLevel
from commerce.shared.fields import ReferenceField, state_is_known
from commerce.shared.ids import new_id

# The constraint that decides between two requests, or a request and a cancellation.
ONE_PER_ORDER = "fulfilment_fulfilmentorder_one_per_order"


class FulfilmentOrderStatus(models.TextChoices):
    OPEN = "open"
    ON_HOLD = "on_hold"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    CANCELED = "canceled"


def _awaits_approval(order: Any) -> bool:
    return bool(order.awaits_approval)


def _awaits_no_approval(order: Any) -> bool:
    return not order.awaits_approval


class FulfilmentOrder(FSMModelMixin, models.Model):
    """What must be delivered for one order. Its row is the lock for everything below it.

    An order that was canceled before fulfilment heard of it, or whose stock was gone, is kept as
    a canceled fulfilment order without lines: a late or repeated request then delivers nothing.
    """

    Status = FulfilmentOrderStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = ReferenceField("billing.Order", db_index=False)
    order_number = models.CharField(max_length=64, blank=True, default="")
    status = FSMField(
        choices=FulfilmentOrderStatus, default=FulfilmentOrderStatus.OPEN, protected=True
    )

    user_id = ReferenceField("identity.User", null=True, help_text="None for a guest.")
    secret_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the secret that opens it to a guest."
    )
    email = models.EmailField(blank=True, default="")
    ship_to = models.JSONField(null=True, help_text="interface.Address, as it was ordered.")
    delivery_option = models.CharField(max_length=50, blank=True, default="")

    needs_approval = models.BooleanField(default=False)
    hold_reason = models.CharField(max_length=200, blank=True, default="")
    cancel_reason = models.CharField(max_length=200, blank=True, default="")
    requested_at = models.DateTimeField(null=True, help_text="None if it was never asked for.")
    approved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name=ONE_PER_ORDER, fields=["order_id"]),
            state_is_known("status", FulfilmentOrderStatus, table="fulfilment_fulfilmentorder"),
            models.CheckConstraint(
                name="fulfilment_fulfilmentorder_address_unless_canceled",
                condition=Q(status="canceled")
                | Q(ship_to__isnull=False, requested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="fulfilment_fulfilmentorder_approved_before_work",
                condition=Q(needs_approval=False)
                | Q(approved_at__isnull=False)
                | Q(status__in=["on_hold", "canceled"]),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="fulfilment_order_by_status", fields=["status", "id"]),
            models.Index(name="fulfilment_order_by_number", fields=["order_number"]),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} {self.status}"

    @property
    def awaits_approval(self) -> bool:
        return self.needs_approval and self.approved_at is None

    # Transitions: every way a fulfilment order can change, in the order it usually happens.

    @transition(
        field=status, source=FulfilmentOrderStatus.OPEN, target=FulfilmentOrderStatus.ON_HOLD
    )
    def hold(self, *, reason: str) -> None:
        self.hold_reason = reason

    @transition(
        field=status,
        source=FulfilmentOrderStatus.ON_HOLD,
        target=FulfilmentOrderStatus.OPEN,
        conditions=[_awaits_approval],
    )
    def approve(self, *, at: datetime) -> None:
        self.approved_at = at
        self.hold_reason = ""

    @transition(
        field=status,
        source=FulfilmentOrderStatus.ON_HOLD,
        target=FulfilmentOrderStatus.OPEN,
        conditions=[_awaits_no_approval],
    )
    def release_hold(self) -> None:
        self.hold_reason = ""

    @transition(
        field=status,
        source=[FulfilmentOrderStatus.OPEN, FulfilmentOrderStatus.IN_PROGRESS],
        target=FulfilmentOrderStatus.IN_PROGRESS,
    )
    def start_work(self) -> None:
        """The first units are being packed."""

    @transition(
        field=status,
        source=FulfilmentOrderStatus.IN_PROGRESS,
        target=FulfilmentOrderStatus.OPEN,
    )
    def stop_work(self) -> None:
        """What was being packed was unpacked again; nothing has left."""

    @transition(
        field=status, source=FulfilmentOrderStatus.IN_PROGRESS, target=FulfilmentOrderStatus.CLOSED
    )
    def close(self, *, at: datetime) -> None:
        """Every unit has left or was canceled."""
        self.closed_at = at

    @transition(
        field=status,
        source=[
            FulfilmentOrderStatus.OPEN,
            FulfilmentOrderStatus.ON_HOLD,
            FulfilmentOrderStatus.IN_PROGRESS,
        ],
        target=FulfilmentOrderStatus.CANCELED,
    )
    def cancel(self, *, reason: str, at: datetime) -> None:
        """Nothing of it will be delivered."""
        self.cancel_reason = reason
        self.canceled_at = at


class FulfilmentOrderLine(models.Model):
    """One line to deliver, named by the order line of whoever asked for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="lines"
    )
    line_id = ReferenceField("billing.OrderLine")
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    needs_approval = models.BooleanField(default=False)
    is_made_to_order = models.BooleanField(default=False, help_text="No stock is bound to it.")
    bundle_id = ReferenceField(
        "billing.OrderLine", null=True, db_index=False, help_text="What it is a part of."
    )
    per_bundle = models.PositiveIntegerField(default=1, help_text="Units in one bundle.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="fulfilment_fulfilmentorderline_once", fields=["fulfilment_order", "line_id"]
            ),
            models.CheckConstraint(
                name="fulfilment_fulfilmentorderline_not_empty", condition=Q(quantity__gt=0)
            ),
            models.CheckConstraint(
                name="fulfilment_fulfilmentorderline_per_bundle",
                condition=Q(per_bundle__gt=0, per_bundle__lte=F("quantity")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class Allocation(models.Model):
    """Units of a line bound at one level: still open, packed into a shipment, or canceled."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.ForeignKey(
        FulfilmentOrderLine, on_delete=models.PROTECT, related_name="allocations"
    )
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    packed = models.PositiveIntegerField(
        default=0, help_text="In a shipment that was not canceled, dispatched or not."
    )
    canceled = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="fulfilment_allocation_once", fields=["line", "level"]),
            models.CheckConstraint(
                name="fulfilment_allocation_within_quantity",
                condition=Q(quantity__gte=F("packed") + F("canceled")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id} at {self.level_id}"

    @property
    def open(self) -> int:
        return self.quantity - self.packed - self.canceled


class StaffCancellation(models.Model):
    """Units that staff decided not to deliver, under the reference that makes it repeatable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.UUIDField(unique=True)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="cancellations"
    )
    units_by_line = models.JSONField()
    reason = models.CharField(max_length=200)
    canceled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reason} {self.canceled_at:%Y-%m-%d}"
