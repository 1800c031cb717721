"""Subscriptions and their life after Stripe: trialing → active ⇄ past_due → unpaid or canceled."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.shared.fields import CurrencyField, MoneyOf, ReferenceField, state_is_known
from commerce.shared.ids import new_id


class Status(models.TextChoices):
    INCOMPLETE = "incomplete"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


class Kind(models.TextChoices):
    GOODS = "goods"
    ACCESS = "access"


class IntervalUnit(models.TextChoices):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


# States in which the next period is billed when its time comes.
BILLED = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)
# States in which it may still want money.
ALIVE = (*BILLED, Status.UNPAID, Status.PAUSED)


class Subscription(FSMModelMixin, models.Model):
    """What a customer gets and pays each period. The plan's terms are copied and kept."""

    Status = Status
    Kind = Kind
    IntervalUnit = IntervalUnit

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="subscriptions")
    order_line = models.OneToOneField(
        "billing.OrderLine",
        null=True,
        on_delete=models.PROTECT,
        related_name="subscription",
        help_text="The line that was bought; each starts one subscription at most.",
    )
    payment_method = models.ForeignKey(
        PaymentMethod,
        null=True,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        help_text="Charged each period; the customer's default where there is none.",
    )
    status = FSMField(choices=Status, default=Status.INCOMPLETE, protected=True)

    # The plan's terms at the moment of purchase.
    plan_id = ReferenceField("catalog.Plan")
    plan_code = models.CharField(max_length=100)
    plan_version = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, choices=Kind)
    sku = models.CharField(max_length=100, null=True)
    feature = models.CharField(max_length=100, null=True)
    tax_category = models.CharField(max_length=64)
    needs_approval = models.BooleanField(default=False)
    interval_unit = models.CharField(max_length=8, choices=IntervalUnit)
    interval_count = models.PositiveSmallIntegerField()
    unit_price_minor = models.BigIntegerField(help_text="Of a unit and a period, after any phase.")
    terms = models.JSONField(
        null=True, help_text="Charges, phases and so on as agreed; none: units at a price."
    )
    prices_include_tax = models.BooleanField(
        default=False, help_text="Gross: tax is a part of the price, and not added to it."
    )
    currency = CurrencyField()
    quantity = models.PositiveIntegerField()

    # For goods: where each delivery goes, and how.
    shipping_address = models.JSONField(null=True)
    delivery_option = models.CharField(max_length=64, blank=True, default="")
    country = models.CharField(max_length=2, help_text="Where it is taxed. ISO 3166-1 alpha-2.")

    # The calendar: every period is computed from the first anchor, so it can never drift.
    time_zone = models.CharField(max_length=64, help_text="The customer's zone at the start.")
    anchor_date = models.DateField(
        help_text="Local day of the first paid period; its day of the month is kept for good."
    )
    current_period_start = models.DateTimeField()
    current_period_end = models.DateTimeField(help_text="Exclusive.")
    next_billing_at = models.DateTimeField(null=True)
    periods_billed = models.PositiveIntegerField(
        default=0, help_text="How many were billed: tells which phase of the terms comes next."
    )
    cancel_at_period_end = models.BooleanField(default=False)

    started_at = models.DateTimeField()
    trial_ends_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True, help_text="When it ended for good.")
    billing_failed_at = models.DateTimeField(
        null=True, help_text="The billing run could not bill it; waits to be looked at."
    )
    billing_failure = models.TextField(blank=True, default="")

    unit_price = MoneyOf("unit_price_minor")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", Status, table="billing_subscription"),
            state_is_known("kind", Kind, table="billing_subscription"),
            state_is_known("interval_unit", IntervalUnit, table="billing_subscription"),
            models.CheckConstraint(
                name="billing_subscription_period_not_empty",
                condition=models.Q(current_period_end__gt=models.F("current_period_start")),
            ),
            models.CheckConstraint(
                name="billing_subscription_amounts_possible",
                condition=models.Q(unit_price_minor__gte=0, quantity__gt=0, interval_count__gt=0),
            ),
            models.CheckConstraint(
                name="billing_subscription_due_while_billed",
                condition=models.Q(status__in=BILLED, next_billing_at__isnull=False)
                | (~models.Q(status__in=BILLED) & models.Q(next_billing_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="billing_subscription_delivers_something",
                condition=models.Q(kind="goods", sku__isnull=False, shipping_address__isnull=False)
                | models.Q(kind="access", feature__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_subscription_due",
                fields=["next_billing_at", "id"],
                condition=models.Q(next_billing_at__isnull=False, billing_failed_at__isnull=True),
            ),
            models.Index(
                name="billing_subscription_behind",
                fields=["status"],
                condition=models.Q(status__in=[Status.PAST_DUE, Status.UNPAID]),
            ),
            models.Index(
                name="billing_subscription_failed",
                fields=["billing_failed_at"],
                condition=models.Q(billing_failed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.status}"

    # Transitions: every way a subscription can change, in the order it usually happens.

    @transition(field=status, source=Status.INCOMPLETE, target=Status.TRIALING)
    def start_trial(self) -> None:
        self.next_billing_at = self.trial_ends_at

    @transition(
        field=status,
        source=[Status.INCOMPLETE, Status.TRIALING, Status.PAST_DUE, Status.UNPAID],
        target=Status.ACTIVE,
    )
    def activate(self) -> None:
        """Begin, or go on after the money has come at last."""
        self.next_billing_at = self.current_period_end

    @transition(field=status, source=[Status.ACTIVE, Status.PAST_DUE], target=Status.PAST_DUE)
    def fall_behind(self) -> None:
        """A charge was declined; it is tried again, and billing goes on."""

    @transition(field=status, source=[Status.ACTIVE, Status.PAST_DUE], target=Status.UNPAID)
    def give_up(self) -> None:
        """Every retry was declined; nothing more is billed until somebody pays."""
        self.next_billing_at = None

    @transition(
        field=status,
        source=[Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID],
        target=Status.CANCELED,
    )
    def cancel(self, *, at: datetime) -> None:
        self.canceled_at = at
        self.next_billing_at = None


class SubscriptionPeriod(models.Model):
    """One billed period: its invoice, how collecting it goes, and the order that delivers it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="periods")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField(help_text="Exclusive.")
    invoice = models.ForeignKey(
        "billing.Invoice", on_delete=models.PROTECT, related_name="subscription_periods"
    )
    order = models.ForeignKey(
        "billing.Order",
        null=True,
        on_delete=models.PROTECT,
        related_name="subscription_periods",
        help_text="What delivers the goods of this period.",
    )
    collect_at = models.DateTimeField(
        null=True, help_text="When to charge, or since when a charge is under way; NULL: over."
    )
    claimed_until = models.DateTimeField(
        null=True, help_text="A task to collect it is on its way; a lost one is sent again then."
    )
    declines = models.PositiveSmallIntegerField(default=0)
    decline_code = models.CharField(
        max_length=64, blank=True, default="", help_text="Why the last try brought no money."
    )
    paid_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(
        null=True, help_text="No longer collected: the last retry was declined, or it was canceled."
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_subscriptionperiod_once", fields=["subscription", "period_start"]
            ),
            models.CheckConstraint(
                name="billing_subscriptionperiod_not_empty",
                condition=models.Q(period_end__gt=models.F("period_start")),
            ),
            models.CheckConstraint(
                name="billing_subscriptionperiod_collected_until_it_is_over",
                condition=models.Q(
                    collect_at__isnull=False, paid_at__isnull=True, given_up_at__isnull=True
                )
                | models.Q(collect_at__isnull=True, paid_at__isnull=False)
                | models.Q(collect_at__isnull=True, given_up_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="billing_period_to_collect",
                fields=["collect_at", "id"],
                condition=models.Q(collect_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_start:%Y-%m-%d} – {self.period_end:%Y-%m-%d}"

    @property
    def reservation_reference(self) -> str:
        """Under which the goods of this period are set aside before they are charged for."""
        return f"period:{self.id}"
