"""Shipments and their life: packing → packed → dispatched → delivered, held up, lost or canceled."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.fulfilment.fulfilment_orders.models import Allocation, FulfilmentOrder
from commerce.fulfilment.inventory.models import StockLocation
from commerce.shared.fields import CurrencyField, state_is_known
from commerce.shared.ids import new_id


class DeliveryRate(models.Model):
    """What one way to deliver costs to one country, in one currency."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=50, help_text="The carrier's name of the service.")
    title = models.CharField(max_length=100)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    currency = CurrencyField()
    base_minor = models.BigIntegerField(help_text="For the parcel.")
    per_unit_minor = models.BigIntegerField(default=0, help_text="For each unit that is shipped.")
    per_kg_minor = models.BigIntegerField(default=0, help_text="For each kilogram, to the gram.")
    days_min = models.PositiveSmallIntegerField(help_text="Working days.")
    days_max = models.PositiveSmallIntegerField(help_text="Working days.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                # Country first: quotes are looked up by where it goes.
                name="fulfilment_deliveryrate_once",
                fields=["country", "currency", "code"],
            ),
            models.CheckConstraint(
                name="fulfilment_deliveryrate_not_negative",
                condition=Q(base_minor__gte=0, per_unit_minor__gte=0, per_kg_minor__gte=0),
            ),
            models.CheckConstraint(
                name="fulfilment_deliveryrate_days_in_order",
                condition=Q(days_max__gte=models.F("days_min")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} to {self.country} in {self.currency}"


class ShipmentStatus(models.TextChoices):
    PACKING = "packing"
    PACKED = "packed"
    DISPATCHED = "dispatched"
    EXCEPTION = "exception"
    LOST = "lost"
    DELIVERED = "delivered"
    CANCELED = "canceled"


# The carrier has it, or had it.
LEFT = (
    ShipmentStatus.DISPATCHED,
    ShipmentStatus.EXCEPTION,
    ShipmentStatus.LOST,
    ShipmentStatus.DELIVERED,
)


class Shipment(FSMModelMixin, models.Model):
    """One parcel from one location. While *packing*, its label is being bought."""

    Status = ShipmentStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="shipments"
    )
    location = models.ForeignKey(StockLocation, on_delete=models.PROTECT, related_name="+")
    reference = models.UUIDField(unique=True, help_text="Whoever packs twice under it packs once.")
    status = FSMField(choices=ShipmentStatus, default=ShipmentStatus.PACKING, protected=True)
    weight_g = models.PositiveIntegerField()

    carrier = models.CharField(max_length=50, blank=True, default="")
    # Not unique: carriers give a number again after some years. Events name our own reference.
    tracking_number = models.CharField(max_length=64, null=True, db_index=True)
    label_format = models.CharField(max_length=16, blank=True, default="")
    label = models.TextField(blank=True, default="")
    failure = models.CharField(
        max_length=500, blank=True, default="", help_text="What the carrier said to the last try."
    )

    next_attempt_at = models.DateTimeField(
        null=True, help_text="When to ask the carrier again; NULL while nothing is to be asked."
    )
    attempts = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", ShipmentStatus, table="fulfilment_shipment"),
            models.CheckConstraint(
                name="fulfilment_shipment_labeled_once_packed",
                condition=Q(status__in=["packing", "canceled"]) | Q(tracking_number__isnull=False),
            ),
            models.CheckConstraint(
                name="fulfilment_shipment_left_at_known",
                condition=~Q(status__in=LEFT) | Q(dispatched_at__isnull=False),
            ),
            models.CheckConstraint(
                name="fulfilment_shipment_packing_is_due",
                condition=~Q(status="packing") | Q(next_attempt_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="fulfilment_shipment_due",
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                name="fulfilment_shipment_in_trouble",
                fields=["status"],
                condition=Q(status__in=["exception", "lost"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_number or self.id} {self.status}"

    @property
    def has_left(self) -> bool:
        return self.status in LEFT

    # Transitions: every way a shipment can change, in the order it usually happens.

    @transition(field=status, source=ShipmentStatus.PACKING, target=ShipmentStatus.PACKED)
    def pack(self, *, at: datetime) -> None:
        """The label is bought."""
        self.packed_at = at
        self.next_attempt_at = None
        self.failure = ""

    @transition(
        field=status,
        source=[ShipmentStatus.PACKING, ShipmentStatus.PACKED],
        target=ShipmentStatus.CANCELED,
    )
    def cancel(self, *, at: datetime, give_label_back_at: datetime) -> None:
        """Unpack it. Its label, if there is one, is still to be given back."""
        self.canceled_at = at
        self.next_attempt_at = give_label_back_at

    @transition(field=status, source=ShipmentStatus.PACKED, target=ShipmentStatus.DISPATCHED)
    def dispatch(self, *, at: datetime) -> None:
        self.dispatched_at = at

    @transition(
        field=status,
        source=[ShipmentStatus.DISPATCHED, ShipmentStatus.LOST],
        target=ShipmentStatus.EXCEPTION,
    )
    def hold_up(self) -> None:
        """The carrier cannot go on by itself."""

    @transition(
        field=status,
        source=[ShipmentStatus.EXCEPTION, ShipmentStatus.LOST],
        target=ShipmentStatus.DISPATCHED,
    )
    def go_on(self) -> None:
        """It is on its way again."""

    @transition(
        field=status,
        source=[ShipmentStatus.DISPATCHED, ShipmentStatus.EXCEPTION],
        target=ShipmentStatus.LOST,
    )
    def lose(self) -> None:
        """The carrier has given it up; it may still turn up."""

    @transition(
        field=status,
        source=[ShipmentStatus.DISPATCHED, ShipmentStatus.EXCEPTION, ShipmentStatus.LOST],
        target=ShipmentStatus.DELIVERED,
    )
    def deliver(self, *, at: datetime) -> None:
        self.delivered_at = at


class ShipmentLine(models.Model):
    """Units of an allocation in a parcel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="fulfilment_shipmentline_once", fields=["shipment", "allocation"]
            ),
            models.CheckConstraint(
                name="fulfilment_shipmentline_not_empty", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.allocation_id}"


class TrackingEvent(models.Model):
    """One thing the carrier said about a parcel. `sequence` is the order in which it happened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="tracking_events")
    sequence = models.PositiveIntegerField()
    status = models.CharField(max_length=32, help_text="In the carrier's words.")
    description = models.CharField(max_length=500, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="fulfilment_trackingevent_once", fields=["shipment", "sequence"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.status}"
