"""Customers: who pays, with which cards, where to, and in which time they live."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Lower
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import ReferenceField, state_is_known
from commerce.shared.ids import new_id

GROUP_MAX = 60


class ClockStatus(models.TextChoices):
    READY = "ready"
    ADVANCING = "advancing"


class TestClock(FSMModelMixin, models.Model):
    """A time of its own for some customers, which only moves when it is told to, and forward only.

    Named and meant as Stripe's (https://docs.stripe.com/billing/testing/test-clocks), except that
    ours belongs to a customer and not to the whole shop, so that tests do not disturb each other.
    """

    __test__ = False  # pytest would collect it by its name

    Status = ClockStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = ReferenceField("identity.User", help_text="Who made it, and may advance it.")
    now = models.DateTimeField(help_text="What its customers take for the present.")
    target = models.DateTimeField(null=True, help_text="Where it is moving to, while advancing.")
    status = FSMField(choices=ClockStatus, default=ClockStatus.READY, protected=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", ClockStatus, table="billing_testclock"),
            models.CheckConstraint(
                name="billing_testclock_target_while_advancing",
                condition=models.Q(status="advancing", target__isnull=False)
                | models.Q(status="ready", target__isnull=True),
            ),
            models.CheckConstraint(
                name="billing_testclock_moves_forward",
                condition=models.Q(target__isnull=True) | models.Q(target__gte=models.F("now")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.now:%Y-%m-%d %H:%M} {self.status}"

    @transition(field=status, source=ClockStatus.READY, target=ClockStatus.ADVANCING)
    def advance(self, *, target: datetime) -> None:
        self.target = target

    @transition(field=status, source=ClockStatus.ADVANCING, target=ClockStatus.READY)
    def arrive(self) -> None:
        if self.target is not None:
            self.now = self.target
        self.target = None


class Customer(models.Model):
    """Somebody who pays. Its row is the lock for everything that moves this customer's money."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = ReferenceField(
        "identity.User", null=True, unique=True, help_text="The account; none for a guest."
    )
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True, default="")
    stripe_customer_id = models.CharField(max_length=255, null=True, unique=True)
    customer_group = models.CharField(
        max_length=GROUP_MAX,
        blank=True,
        default="",
        help_text="Whose prices they pay: the catalog's price lists know the name.",
    )
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="IANA name; billing days begin at its midnight."
    )
    test_clock = models.ForeignKey(
        TestClock, null=True, on_delete=models.PROTECT, related_name="customers"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(Lower("email"), name="billing_customer_by_email"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def holder_id(self) -> UUID:
        """Who holds what this customer pays for: the account, or the guest's own row."""
        return self.user_id or self.id

    def time(self, *, now: datetime) -> datetime:
        """What this customer takes for the present: the test clock's time, or really now."""
        return self.test_clock.now if self.test_clock else now

    def local_day(self, *, now: datetime) -> date:
        """What day it is for this customer, where they live."""
        return self.time(now=now).astimezone(ZoneInfo(self.time_zone)).date()


class PaymentMethod(models.Model):
    """A card the provider keeps for us. We know enough to show it, and nothing to charge it with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_methods")
    provider_id = models.CharField(max_length=255, unique=True)
    brand = models.CharField(max_length=32)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(
        null=True, help_text="No longer to be charged; payments made with it still show it."
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_paymentmethod_one_default",
                fields=["customer"],
                condition=models.Q(is_default=True),
            ),
            models.CheckConstraint(
                name="billing_paymentmethod_default_not_removed",
                condition=models.Q(is_default=False) | models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.last4}"


class Address(models.Model):
    """One entry of a customer's address book. Orders copy what they use and never look back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="addresses")
    name = models.CharField(max_length=200)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    phone = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"
