"""Stock: what is on hand at each location, what of it is promised, and why it changed.

available = on_hand − reserved − allocated. Units are *reserved* for a checkout until a time,
*allocated* to a fulfilment order for good, and leave `on_hand` when a shipment is dispatched.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import state_is_known
from commerce.shared.ids import new_id


class StockLocation(models.Model):
    """A place that ships. Parcels start at its address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=100)
    line1 = models.CharField(max_length=100)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    priority = models.PositiveSmallIntegerField(help_text="The lowest ships first.")

    def __str__(self) -> str:
        return self.code


class StockLevel(models.Model):
    """The units of one SKU at one location. Written by `levels.py` alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    location = models.ForeignKey(StockLocation, on_delete=models.PROTECT, related_name="levels")
    sku = models.CharField(max_length=100)
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)
    is_availability_due = models.BooleanField(
        default=False, help_text="It has changed since lists were last told of this SKU."
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # SKU first: every lookup starts from it, and rows are locked in this order.
            models.UniqueConstraint(name="fulfilment_stocklevel_once", fields=["sku", "location"]),
            models.CheckConstraint(
                name="fulfilment_stocklevel_not_negative",
                condition=Q(on_hand__gte=0, reserved__gte=0, allocated__gte=0),
            ),
            models.CheckConstraint(
                name="fulfilment_stocklevel_promises_on_hand",
                condition=Q(on_hand__gte=F("reserved") + F("allocated")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="fulfilment_level_due", fields=["sku"], condition=Q(is_availability_due=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} at {self.location_id}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.allocated


class ReservationStatus(models.TextChoices):
    HELD = "held"
    RELEASED = "released"
    ALLOCATED = "allocated"


class StockReservation(FSMModelMixin, models.Model):
    """Units set aside under the caller's reference: held → allocated, or released.

    An overdue hold counts as available (`queries.availability_of`), though its units stay set
    aside until somebody needs them or the sweeper comes by.
    """

    Status = ReservationStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=200, unique=True)
    status = FSMField(choices=ReservationStatus, default=ReservationStatus.HELD, protected=True)
    expires_at = models.DateTimeField()
    held_at = models.DateTimeField()
    allocated_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", ReservationStatus, table="fulfilment_stockreservation"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="fulfilment_reservation_held",
                fields=["expires_at"],
                condition=Q(status="held"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"

    def is_overdue(self, *, now: datetime) -> bool:
        return self.status == ReservationStatus.HELD and self.expires_at <= now

    # Transitions: every way a reservation can change, in the order it usually happens.

    @transition(field=status, source=ReservationStatus.HELD, target=ReservationStatus.ALLOCATED)
    def allocate(self, *, at: datetime) -> None:
        self.allocated_at = at

    @transition(field=status, source=ReservationStatus.HELD, target=ReservationStatus.RELEASED)
    def release(self, *, at: datetime) -> None:
        self.released_at = at

    @transition(
        field=status,
        source=[ReservationStatus.RELEASED, ReservationStatus.HELD],
        target=ReservationStatus.HELD,
    )
    def renew(self, *, until: datetime, at: datetime) -> None:
        """Hold it again after it was released, or for longer."""
        self.expires_at = until
        self.held_at = at
        self.released_at = None


class StockReservationLine(models.Model):
    """How many units of a reservation are set aside at which level."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reservation = models.ForeignKey(
        StockReservation, on_delete=models.CASCADE, related_name="lines"
    )
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="fulfilment_stockreservationline_once", fields=["reservation", "level"]
            ),
            models.CheckConstraint(
                name="fulfilment_stockreservationline_not_empty", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.level_id}"


class MovementReason(models.TextChoices):
    RECEIVED = "received"
    SHIPPED = "shipped"
    RETURNED = "returned"
    # Found out by people, and the only ones that `adjust_stock` takes.
    COUNTED = "counted"
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"


class StockMovement(models.Model):
    """Why units on hand changed. Append-only: the database refuses to change or delete a row.

    The movements of a level add up to its `on_hand`.
    """

    Reason = MovementReason

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="movements")
    reason = models.CharField(max_length=16, choices=MovementReason)
    quantity = models.BigIntegerField(help_text="What came; negative, what went.")
    reference = models.CharField(
        max_length=200, help_text="The cause; the same one moves a level once."
    )
    note = models.CharField(max_length=500, blank=True, default="")
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("reason", MovementReason, table="fulfilment_stockmovement"),
            models.UniqueConstraint(
                name="fulfilment_stockmovement_once", fields=["reference", "level", "reason"]
            ),
            models.CheckConstraint(name="fulfilment_stockmovement_moves", condition=~Q(quantity=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.reason}"


class ShownAvailability(models.Model):
    """The coarse state that catalog was last told for a SKU, in catalog's words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sku = models.CharField(max_length=100, unique=True)
    availability = models.CharField(max_length=16)
    as_of = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sku} {self.availability}"
