"""Promotions, the coupon codes that bring them, and every use of one."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.catalog.promotions.terms import Lane
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id


class PromotionStatus(models.TextChoices):
    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


class PromotionLane(models.TextChoices):
    ITEM = Lane.ITEM.value
    ORDER = Lane.ORDER.value
    SHIPPING = Lane.SHIPPING.value


class Promotion(FSMModelMixin, models.Model):
    """What is taken off, and for whom. Its terms are those of terms.py, and never change once active.

    Its row is the lock of its uses: whoever holds, confirms or frees one changes `times_used`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=150, help_text="What customers read.")
    status = FSMField(choices=PromotionStatus, default=PromotionStatus.DRAFT, protected=True)
    version = models.PositiveIntegerField(default=1)
    lane = models.CharField(max_length=8, choices=PromotionLane)
    priority = models.IntegerField(default=0, help_text="The higher comes first in its lane.")
    group = models.CharField(
        max_length=60, blank=True, default="", help_text="Of those of a group, the best one counts."
    )
    stops_lane = models.BooleanField(
        default=False, help_text="Nothing after it in its lane counts, once it has counted."
    )
    needs_code = models.BooleanField(default=False)
    currency = CurrencyField(null=True, help_text="Its only one; NULL: any.")
    terms = models.JSONField()

    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="Exclusive; empty: until further notice.")
    limit_total = models.PositiveIntegerField(null=True)
    limit_per_customer = models.PositiveIntegerField(null=True)
    budget_minor = models.BigIntegerField(null=True)
    times_used = models.PositiveIntegerField(default=0, help_text="Held and confirmed.")
    spent_minor = models.BigIntegerField(
        default=0, help_text="Held and confirmed, where it has one currency."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", PromotionStatus, table="catalog_promotion"),
            state_is_known("lane", PromotionLane, table="catalog_promotion"),
            models.CheckConstraint(
                name="catalog_promotion_dates_fit_status",
                condition=Q(status="draft")
                | Q(status="active", starts_at__isnull=False)
                | Q(status="ended", starts_at__isnull=False, ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_promotion_runs_forward",
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="catalog_promotion_used_within_limit",
                condition=Q(limit_total=None) | Q(times_used__lte=F("limit_total")),
            ),
            models.CheckConstraint(
                name="catalog_promotion_spent_within_budget",
                condition=Q(spent_minor__gte=0)
                & (
                    Q(budget_minor=None)
                    | Q(spent_minor__lte=F("budget_minor"), currency__isnull=False)
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What every quote reads: those that need no code, by when they end.
            models.Index(
                name="catalog_promotion_for_all",
                fields=["ends_at", "starts_at"],
                condition=Q(needs_code=False) & ~Q(status="draft"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # Transitions: every way a promotion can change, in the order it usually happens.

    @transition(field=status, source=PromotionStatus.DRAFT, target=PromotionStatus.ACTIVE)
    def activate(self, *, at: datetime) -> None:
        """Let it count, from now or from the day it was given."""
        self.starts_at = max(self.starts_at, at) if self.starts_at else at

    @transition(field=status, source=PromotionStatus.ACTIVE, target=PromotionStatus.ENDED)
    def end(self, *, at: datetime) -> None:
        """Stop it for good. Orders keep what they were given."""
        if self.starts_at is not None:
            self.ends_at = min(self.ends_at or at, max(at, self.starts_at))


class Coupon(models.Model):
    """A code that brings a promotion; the same in capitals and small letters."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="coupons", db_index=False
    )
    code = models.CharField(max_length=64)
    limit_total = models.PositiveIntegerField(null=True)
    limit_per_customer = models.PositiveIntegerField(null=True)
    times_used = models.PositiveIntegerField(default=0, help_text="Held and confirmed.")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("promotion", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Upper("code"), name="catalog_coupon_code_once"),
            models.CheckConstraint(
                name="catalog_coupon_code_shape", condition=Q(code__regex=r"^[A-Za-z0-9._-]{3,64}$")
            ),
            models.CheckConstraint(
                name="catalog_coupon_used_within_limit",
                condition=Q(limit_total=None) | Q(times_used__lte=F("limit_total")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="catalog_coupon_newest", fields=["promotion", "-id"]),
        ]

    def __str__(self) -> str:
        return self.code


class RedemptionStatus(models.TextChoices):
    HELD = "held"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    RELEASED = "released"


class Redemption(FSMModelMixin, models.Model):
    """One use of a promotion under the caller's reference: held → confirmed, or given back.

    A hold that nobody came back for *lapses*, and can be taken anew; what is *released* stays so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="redemptions", db_index=False
    )
    coupon = models.ForeignKey(
        Coupon, null=True, on_delete=models.PROTECT, related_name="redemptions"
    )
    reference = models.CharField(max_length=200)
    customer = models.CharField(max_length=200, help_text="The caller's key of who uses it.")
    amount_minor = models.BigIntegerField()
    currency = CurrencyField()
    status = FSMField(choices=RedemptionStatus, default=RedemptionStatus.HELD, protected=True)
    held_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    amount = MoneyOf("amount_minor")

    class Meta:
        ordering = ("promotion", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            state_is_known("status", RedemptionStatus, table="catalog_redemption"),
            models.UniqueConstraint(
                name="catalog_redemption_once", fields=["reference", "promotion"]
            ),
            models.CheckConstraint(
                name="catalog_redemption_not_negative", condition=Q(amount_minor__gte=0)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="catalog_redemption_newest", fields=["promotion", "-id"]),
            models.Index(
                name="catalog_redemption_of_customer",
                fields=["promotion", "customer"],
                condition=Q(status__in=["held", "confirmed"]),
            ),
            models.Index(
                name="catalog_redemption_lapsing",
                fields=["expires_at"],
                condition=Q(status="held"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.status}"

    # Transitions: every way a redemption can change, in the order it usually happens. The batch
    # use cases write the same changes for many rows at once, under the same conditions.

    @transition(field=status, source=RedemptionStatus.HELD, target=RedemptionStatus.LAPSED)
    def lapse(self, *, at: datetime) -> None:
        """Nobody came back for it."""
        self.released_at = at

    @transition(
        field=status,
        source=[RedemptionStatus.LAPSED, RedemptionStatus.RELEASED, RedemptionStatus.HELD],
        target=RedemptionStatus.HELD,
    )
    def renew(self, *, until: datetime, at: datetime) -> None:
        """Hold it again, or for longer."""
        self.held_at, self.expires_at, self.released_at = at, until, None

    @transition(
        field=status,
        source=[RedemptionStatus.HELD, RedemptionStatus.LAPSED],
        target=RedemptionStatus.CONFIRMED,
    )
    def confirm(self, *, at: datetime) -> None:
        """It was paid; used for good."""
        self.confirmed_at, self.released_at = at, None

    @transition(
        field=status,
        source=[RedemptionStatus.HELD, RedemptionStatus.LAPSED, RedemptionStatus.CONFIRMED],
        target=RedemptionStatus.RELEASED,
    )
    def release(self, *, at: datetime) -> None:
        """Nothing came of it, or it was called off."""
        self.released_at = at
