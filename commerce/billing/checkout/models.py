"""Checkouts: what a customer is about to buy, priced and taxed line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.customers.models import Customer
from commerce.catalog.interface.services import Component
from commerce.shared.codec import from_plain
from commerce.shared.fields import CurrencyField, MoneyOf, ReferenceField, state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    OPEN = "open"
    COMPLETED = "completed"
    EXPIRED = "expired"


class NextOrderNumber(models.Func):
    """The next number people call an order by; gaps are fine, unlike with invoices."""

    template = "'R' || nextval('billing_order_number')"
    output_field = models.CharField()


def total_is_the_sum(*, table: str) -> models.CheckConstraint:
    """Tell the database how a checkout, and its order, add up; gross prices hold their tax."""
    return _includes_tax_or_not(
        models.F("items_minor") - models.F("discount_minor") + models.F("delivery_minor"),
        table=table,
    )


def line_total_is_the_sum(*, table: str) -> models.CheckConstraint:
    """The same of one line."""
    return _includes_tax_or_not(
        models.F("unit_price_minor") * models.F("quantity")
        + models.F("charges_minor")
        - models.F("discount_minor"),
        table=table,
    )


def _includes_tax_or_not(
    price: models.expressions.Combinable, *, table: str
) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_total_is_the_sum",
        condition=models.Q(prices_include_tax=False, total_minor=price + models.F("tax_minor"))
        | models.Q(prices_include_tax=True, total_minor=price),
    )


class Checkout(FSMModelMixin, models.Model):
    """What somebody is about to buy. The totals are what the customer was shown last."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Given here and not when the order is placed: the order is then written in one statement,
    # and support can find a checkout that was left.
    number = models.CharField(max_length=20, unique=True, db_default=NextOrderNumber())
    status = FSMField(choices=Status, default=Status.OPEN, protected=True)
    version = models.PositiveIntegerField(default=1)

    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="checkouts"
    )
    user_id = ReferenceField("identity.User", null=True)
    secret_hash = models.CharField(max_length=64, help_text="Opens it for whoever has the secret.")
    email = models.EmailField()
    shipping_address = models.JSONField(null=True)
    delivery_option = models.CharField(max_length=64, blank=True, default="")
    promotion_codes = ArrayField(models.CharField(max_length=64), default=list)
    promotions = models.JSONField(
        default=dict, help_text="What they do, and why others do nothing (promotions.py)."
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

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    items = MoneyOf("items_minor")
    discount = MoneyOf("discount_minor")
    delivery = MoneyOf("delivery_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_checkout"),
            total_is_the_sum(table="billing_checkout"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_checkout_expiring",
                fields=["expires_at"],
                condition=models.Q(status="open"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def country(self) -> str | None:
        """Where it is delivered to and taxed, once that is known."""
        return self.shipping_address["country"] if self.shipping_address else None

    @property
    def customer_group(self) -> str:
        """Whose prices it has; a guest's are everybody's."""
        return self.customer.customer_group if self.customer else ""

    @property
    def reservation_reference(self) -> str:
        """Under which its stock is held; another version wants other units, so it is another one."""
        return f"{self.id}:{self.version}"

    def local_day(self, *, now: datetime) -> date:
        """What day it is for the customer; a guest's is reckoned in UTC."""
        return self.customer.local_day(now=now) if self.customer else now.astimezone(UTC).date()

    def is_expired(self, *, now: datetime) -> bool:
        return self.status == Status.EXPIRED or self.expires_at <= now

    # Transitions. Completing is done by one conditional UPDATE (complete_checkout.py), which is
    # the claim and the lock at once; this is the same change for a row in hand.

    @transition(field=status, source=Status.OPEN, target=Status.COMPLETED)
    def complete(self, *, at: datetime) -> None:
        self.completed_at = at

    @transition(field=status, source=Status.OPEN, target=Status.EXPIRED)
    def expire(self) -> None:
        """Nobody came back in time."""


class CheckoutLine(models.Model):
    """Units of a variant or of a plan, at the price the catalog said last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=100, null=True)
    plan = models.CharField(max_length=100, null=True)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField(
        default=0, help_text="What a plan costs beside its units, in sum."
    )
    charges = models.JSONField(default=list, help_text="Each of them, explained to the cent.")
    discount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField(help_text="With tax, without delivery.")
    currency = CurrencyField()
    prices_include_tax = models.BooleanField(default=False, help_text="As its checkout's.")
    requires_shipping = models.BooleanField()
    weight_g = models.PositiveIntegerField(help_text="Of one unit.")
    contents = models.JSONField(default=list, help_text="Of a bundle: what is in one unit.")
    grants = models.JSONField(default=list, help_text="Access that one unit gives.")
    made_to_order_days = models.PositiveSmallIntegerField(
        null=True, help_text="It is made once it is sold; NULL: it is in stock."
    )
    discounts = models.JSONField(default=list, help_text="By promotion, each with the reason.")
    is_gift = models.BooleanField(default=False, help_text="A promotion has added it.")

    unit_price = MoneyOf("unit_price_minor")
    discount = MoneyOf("discount_minor")
    tax = MoneyOf("tax_minor")
    total = MoneyOf("total_minor")

    class Meta:
        ordering = ("checkout", "position")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_checkoutline_position", fields=["checkout", "position"]
            ),
            line_total_is_the_sum(table="billing_checkoutline"),
            models.CheckConstraint(
                name="billing_checkoutline_amounts_possible",
                condition=models.Q(
                    quantity__gt=0,
                    unit_price_minor__gte=0,
                    charges_minor__gte=0,
                    discount_minor__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="billing_checkoutline_one_item",
                condition=models.Q(sku__isnull=False, plan__isnull=True)
                | models.Q(sku__isnull=True, plan__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def components(self) -> list[Component]:
        """What is in one unit, if it is a bundle."""
        return [from_plain(Component, part) for part in self.contents]
