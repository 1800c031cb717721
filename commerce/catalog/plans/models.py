"""Plans: recurring terms under a code, in versions that never change once they are written."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.catalog.interface.dto import IntervalUnit, PlanKind
from commerce.catalog.pricing.models import AMOUNT_MAX
from commerce.catalog.products.models import Variant
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id


class PlanStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Plan(FSMModelMixin, models.Model):
    """The name that stays while its terms change from version to version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=100)
    status = FSMField(choices=PlanStatus, default=PlanStatus.DRAFT, protected=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True, help_text="From then on nobody could subscribe.")
    revision = models.PositiveIntegerField(
        default=1, help_text="Counts every change, new terms among them; the ETag."
    )

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(name="catalog_plan_code_once", fields=["code"]),
            state_is_known("status", PlanStatus, table="catalog_plan"),
        ]

    def __str__(self) -> str:
        return self.code

    # Transitions: every way a plan can change, in the order it usually happens.

    @transition(field=status, source=PlanStatus.DRAFT, target=PlanStatus.PUBLISHED)
    def publish(self, *, at: datetime) -> None:
        self.published_at = at

    @transition(
        field=status, source=[PlanStatus.DRAFT, PlanStatus.PUBLISHED], target=PlanStatus.RETIRED
    )
    def retire(self, *, at: datetime) -> None:
        """Stop offering it. Running subscriptions hold a copy of their terms and go on."""
        self.retired_at = at


class PlanVersion(models.Model):
    """One set of terms. A trigger keeps it as it was written; only `published_at` is filled in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=250)
    kind = models.CharField(max_length=10, choices=[(x.value, x.value) for x in PlanKind])
    interval_unit = models.CharField(
        max_length=5, choices=[(x.value, x.value) for x in IntervalUnit]
    )
    interval_count = models.PositiveSmallIntegerField()
    trial_days = models.PositiveSmallIntegerField(default=0)
    anchor_day = models.PositiveSmallIntegerField(
        null=True, help_text="Day of the month on which periods begin; empty: that of the first."
    )
    variant = models.ForeignKey(
        Variant, null=True, on_delete=models.PROTECT, help_text="Delivered each period: goods."
    )
    feature = models.CharField(
        max_length=100, null=True, help_text="Entitlement for each period: access."
    )
    tax_category = models.CharField(max_length=40, default="general")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(
        null=True, help_text="From then on new subscribers get these terms."
    )

    class Meta:
        ordering = ("plan", "version")
        constraints = [
            models.UniqueConstraint(name="catalog_plan_version_once", fields=["plan", "version"]),
            models.CheckConstraint(
                name="catalog_plan_gives_goods_or_access",
                condition=Q(kind="goods", variant__isnull=False, feature=None)
                | Q(kind="access", variant=None, feature__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_plan_interval_known",
                condition=Q(interval_unit__in=[x.value for x in IntervalUnit])
                & Q(interval_count__gte=1),
            ),
            models.CheckConstraint(
                name="catalog_plan_anchor_in_every_month",
                condition=Q(anchor_day=None)
                | Q(anchor_day__gte=1, anchor_day__lte=28, interval_unit__in=["month", "year"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.version}"


class PlanPrice(models.Model):
    """What a period costs in a currency, all of it. As immutable as its version.

    Charges and phases are read and agreed to as a whole, with this row and never without it: they
    are documents in it (`Charge`, `PlanPhase`), under its trigger, and not tables beside it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="prices", db_index=False
    )
    currency = CurrencyField()
    amount_minor = models.BigIntegerField(help_text="Of one unit and one period.")
    setup_fee_minor = models.BigIntegerField(default=0)
    minimum_minor = models.BigIntegerField(
        default=0, help_text="What a period comes to at least, the setup fee aside."
    )
    charges = models.JSONField(default=list)
    phases = models.JSONField(default=list)

    amount = MoneyOf("amount_minor")
    setup_fee = MoneyOf("setup_fee_minor")
    minimum = MoneyOf("minimum_minor")

    class Meta:
        ordering = ("plan_version", "currency")
        constraints = [
            models.UniqueConstraint(
                name="catalog_plan_price_once", fields=["plan_version", "currency"]
            ),
            models.CheckConstraint(
                name="catalog_plan_price_amount_sane",
                condition=Q(amount_minor__gte=0, amount_minor__lte=AMOUNT_MAX),
            ),
            models.CheckConstraint(
                name="catalog_plan_price_beside_sane",
                condition=Q(
                    setup_fee_minor__gte=0,
                    setup_fee_minor__lte=AMOUNT_MAX,
                    minimum_minor__gte=0,
                    minimum_minor__lte=AMOUNT_MAX,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.amount)
