"""Orders: what was agreed. placed → paid → (partially_)fulfilled, or canceled.

Payment and fulfilment have a status of their own beside the order's. Each is worked out by one
writer (statuses.py) and stored, so that it can be filtered by and never disagrees with itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.checkout.models import (
    Checkout,
    NextOrderNumber,
    line_total_is_the_sum,
    total_is_the_sum,
)
from commerce.billing.customers.models import Customer
from commerce.shared.fields import CurrencyField, MoneyOf, ReferenceField, state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    PLACED = "placed"
    PAID = "paid"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    CANCELED = "canceled"


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


class FulfilmentStatus(models.TextChoices):
    NOT_REQUIRED = "not_required"
    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"
    PARTIALLY_RETURNED = "partially_returned"
    RETURNED = "returned"
    CANCELED = "canceled"


class Order(FSMModelMixin, models.Model):
    """What was agreed. Lines and amounts never change; invoices and credit notes tell the money."""

    Status = Status
    PaymentStatus = PaymentStatus
    FulfilmentStatus = FulfilmentStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True, db_default=NextOrderNumber())
    checkout = models.OneToOneField(
        Checkout,
        null=True,
        on_delete=models.PROTECT,
        related_name="order",
        help_text="Where it came from; none for the order of a renewal.",
    )
    subscription = models.ForeignKey(
        "billing.Subscription",
        null=True,
        on_delete=models.PROTECT,
        related_name="renewal_orders",
        help_text="What it delivers a period of, for the order of a renewal.",
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    user_id = ReferenceField("identity.User", null=True)
    secret_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="The checkout's secret opens it."
    )
    email = models.EmailField()

    status = FSMField(choices=Status, default=Status.PLACED, protected=True)
    payment_status = models.CharField(
        max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID
    )
    fulfilment_status = models.CharField(
        max_length=20, choices=FulfilmentStatus, default=FulfilmentStatus.UNFULFILLED
    )

    shipping_address = models.JSONField(null=True)
    delivery_option = models.CharField(max_length=64, blank=True, default="")
    reservation_reference = models.CharField(
        max_length=64, blank=True, default="", help_text="Under which its stock is held."
    )

    promotions = models.JSONField(
        default=list, help_text="What was used, of the lines and of the delivery."
    )

    currency = CurrencyField()
    items_minor = models.BigIntegerField(help_text="Unit prices × quantities.")
    discount_minor = models.BigIntegerField()
    delivery_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    prices_include_tax = models.BooleanField(
        default=False, help_text="Gross: tax is a part of the prices, and not added to them."
    )

    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField(
        null=True, help_text="The stock is held until then; an unpaid order is canceled after it."
    )
    paid_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True, help_text="Everything was dispatched.")
    cancel_requested_at = models.DateTimeField(
        null=True, help_text="Canceling has begun; whoever died over it is followed up."
    )
    canceled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=64, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    items = MoneyOf("items_minor")
    discount = MoneyOf("discount_minor")
    delivery = MoneyOf("delivery_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_order"),
            state_is_known("payment_status", PaymentStatus, table="billing_order"),
            state_is_known("fulfilment_status", FulfilmentStatus, table="billing_order"),
            total_is_the_sum(table="billing_order"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_order_newest", fields=["-placed_at", "-id"]),
            models.Index(Lower("email"), name="billing_order_by_email"),
            models.Index(name="billing_order_of_user", fields=["user_id", "-placed_at", "-id"]),
            models.Index(
                name="billing_order_to_pay", fields=["pay_by"], condition=models.Q(status="placed")
            ),
            models.Index(
                name="billing_order_to_cancel",
                fields=["cancel_requested_at"],
                condition=models.Q(cancel_requested_at__isnull=False, canceled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # Transitions: every way an order can change, in the order it usually happens.

    @transition(field=status, source=Status.PLACED, target=Status.PAID)
    def mark_paid(self, *, at: datetime) -> None:
        self.paid_at = at
        self.payment_status = PaymentStatus.PAID

    @transition(
        field=status,
        source=[Status.PAID, Status.PARTIALLY_FULFILLED],
        target=Status.PARTIALLY_FULFILLED,
    )
    def mark_partially_fulfilled(self) -> None:
        """Some units have left the warehouse."""

    @transition(
        field=status, source=[Status.PAID, Status.PARTIALLY_FULFILLED], target=Status.FULFILLED
    )
    def mark_fulfilled(self, *, at: datetime) -> None:
        """Everything that will be delivered has left."""
        self.fulfilled_at = at

    @transition(field=status, source=[Status.PLACED, Status.PAID], target=Status.CANCELED)
    def cancel(self, *, at: datetime, reason: str) -> None:
        """Nothing of it is delivered; what was paid goes back."""
        self.canceled_at = at
        self.cancel_reason = reason


def _units_are_possible(*, table: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{table}_units_accounted_for",
            condition=models.Q(
                quantity__gte=models.F("quantity_dispatched") + models.F("quantity_canceled")
            ),
        ),
        models.CheckConstraint(
            name=f"{table}_returned_after_dispatch",
            condition=models.Q(quantity_returned__lte=models.F("quantity_dispatched")),
        ),
    ]


class OrderLine(models.Model):
    """Units of one variant or plan, as they were sold: title, price and tax are copies."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=100, null=True, help_text="What is delivered, if anything.")
    variant_id = ReferenceField("catalog.Variant", null=True)
    plan = models.CharField(
        max_length=100, null=True, help_text="The plan this line subscribes to."
    )
    plan_terms = models.JSONField(null=True, help_text="The plan's terms when it was sold.")
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField(
        default=0, help_text="What a plan costs beside its units, in sum."
    )
    charges = models.JSONField(default=list, help_text="Each of them, explained to the cent.")
    discount_minor = models.BigIntegerField()
    tax_category = models.CharField(max_length=64)
    tax_percent = models.DecimalField(max_digits=6, decimal_places=3)
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField(help_text="With tax.")
    currency = CurrencyField()
    prices_include_tax = models.BooleanField(default=False, help_text="As its order's.")
    requires_shipping = models.BooleanField()
    needs_approval = models.BooleanField(default=False)
    is_bundle = models.BooleanField(default=False, help_text="Delivered as its components.")
    grants = models.JSONField(default=list, help_text="Access that one unit gives, once paid.")
    made_to_order_days = models.PositiveSmallIntegerField(
        null=True, help_text="It is made once it is sold; NULL: it is in stock."
    )
    discounts = models.JSONField(default=list, help_text="By promotion, each with the reason.")
    is_gift = models.BooleanField(default=False, help_text="A promotion has added it.")
    quantity_dispatched = models.PositiveIntegerField(default=0)
    quantity_canceled = models.PositiveIntegerField(default=0)
    quantity_returned = models.PositiveIntegerField(default=0)

    unit_price = MoneyOf("unit_price_minor")
    discount = MoneyOf("discount_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        ordering = ("order", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_orderline_position", fields=["order", "position"]
            ),
            line_total_is_the_sum(table="billing_orderline"),
            models.CheckConstraint(
                name="billing_orderline_quantity_possible", condition=models.Q(quantity__gt=0)
            ),
            *_units_are_possible(table="billing_orderline"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class OrderLineComponent(models.Model):
    """What was in a bundle when it was sold, for all units of its line, and what became of it.

    Its id is what fulfilment knows as a line.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="components")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=100)
    variant_id = ReferenceField("catalog.Variant")
    title = models.CharField(max_length=300)
    per_bundle = models.PositiveIntegerField(help_text="Units in one bundle.")
    quantity = models.PositiveIntegerField(help_text="Units in all bundles of the line.")
    requires_shipping = models.BooleanField()
    quantity_dispatched = models.PositiveIntegerField(default=0)
    quantity_canceled = models.PositiveIntegerField(default=0)
    quantity_returned = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order_line", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_orderlinecomponent_position", fields=["order_line", "position"]
            ),
            models.CheckConstraint(
                name="billing_orderlinecomponent_quantity_possible",
                condition=models.Q(per_bundle__gt=0, quantity__gte=models.F("per_bundle")),
            ),
            *_units_are_possible(table="billing_orderlinecomponent"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class OrderShipment(models.Model):
    """A shipment as billing heard of it; each is noted once, however often it is announced."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    shipment_id = ReferenceField("fulfilment.Shipment", unique=True)
    units_by_line = models.JSONField(default=dict)
    carrier = models.CharField(max_length=64, blank=True, default="")
    tracking_number = models.CharField(max_length=128, blank=True, default="")
    dispatched_at = models.DateTimeField(
        null=True, help_text="NULL: only the arrival was heard of."
    )
    delivered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class OrderEvent(models.Model):
    """One line of an order's timeline: what happened, in words that support can read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=64, help_text="Such as payment_settled.")
    data = models.JSONField(default=dict, help_text="Ids and amounts, nothing personal.")
    occurred_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="billing_orderevent_timeline", fields=["order", "occurred_at", "id"]),
        ]

    def __str__(self) -> str:
        return self.kind
