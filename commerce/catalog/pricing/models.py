"""Prices: what a variant costs in a currency, from one instant until another, and for whom."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.catalog.markets.models import CODE_MAX, Market
from commerce.catalog.products.models import Variant
from commerce.shared.fields import CurrencyField, MoneyOf, state_is_known
from commerce.shared.ids import new_id

# Ten thousand million dollars a unit. A million units of it still fit a BIGINT.
AMOUNT_MAX = 1_000_000_000_000
QUANTITY_MAX = 1_000_000
PRIORITY_MAX = 1_000
GROUP_MAX = 60

# Stands for "no list" where a constraint compares: NULL is never equal to NULL.
_BASE = Value(UUID(int=0), output_field=models.UUIDField())


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PriceListStatus(models.TextChoices):
    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


class PriceList(FSMModelMixin, models.Model):
    """Prices for one market, one group of customers or one season, before the base prices.

    Once it is active, whom it is for and which rank it has stay as they are: what it said of the
    past stays true. Only its end may still be moved, within the future.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=CODE_MAX)
    name = models.CharField(max_length=120)
    market = models.ForeignKey(
        Market, null=True, on_delete=models.PROTECT, help_text="Empty: every market."
    )
    currency = CurrencyField()
    customer_group = models.CharField(
        max_length=GROUP_MAX, blank=True, default="", help_text="Empty: everybody."
    )
    priority = models.SmallIntegerField(default=0, help_text="The highest is asked first.")
    valid_from = models.DateTimeField(null=True, help_text="Empty: as soon as it is active.")
    valid_until = models.DateTimeField(
        null=True, help_text="Exclusive; empty: until further notice."
    )
    status = FSMField(choices=PriceListStatus, default=PriceListStatus.DRAFT, protected=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(name="catalog_pricelist_code_once", fields=["code"]),
            # What a price refers to, so that its currency is always its list's.
            models.UniqueConstraint(
                name="catalog_pricelist_of_currency", fields=["id", "currency"]
            ),
            state_is_known("status", PriceListStatus, table="catalog_pricelist"),
            models.CheckConstraint(
                name="catalog_pricelist_dates_fit_status",
                condition=Q(status="draft", activated_at=None, ended_at=None)
                | Q(status="active", activated_at__isnull=False, ended_at=None)
                | Q(status="ended", ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="catalog_pricelist_window_runs_forward",
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    # Transitions: every way a list can change, in the order it usually happens.

    @transition(field=status, source=PriceListStatus.DRAFT, target=PriceListStatus.ACTIVE)
    def activate(self, *, at: datetime) -> None:
        self.activated_at = at

    @transition(
        field=status,
        source=[PriceListStatus.DRAFT, PriceListStatus.ACTIVE],
        target=PriceListStatus.ENDED,
    )
    def end(self, *, at: datetime) -> None:
        """End it for good. Its prices stay on record: they are history."""
        self.ended_at = at


class Price(models.Model):
    """One period of a variant's price. The past is history: only the end of a period may change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="prices", db_index=False
    )
    currency = CurrencyField()
    price_list = models.ForeignKey(
        PriceList,
        null=True,
        on_delete=models.PROTECT,
        related_name="prices",
        db_index=False,
        help_text="Empty: the base price, for whom no list has another.",
    )
    min_quantity = models.PositiveIntegerField(
        default=1, help_text="It holds for each unit from so many on."
    )
    amount_minor = models.BigIntegerField()
    compare_at_minor = models.BigIntegerField(
        null=True, help_text="The regular price that this one is announced beside."
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(
        null=True, help_text="Exclusive; empty: until further notice."
    )
    created_at = models.DateTimeField()

    amount = MoneyOf("amount_minor")

    class Meta:
        ordering = ("variant", "currency", "price_list", "min_quantity", "valid_from")
        indexes = [
            # Base prices are most, and are never looked for by their list.
            models.Index(
                name="catalog_price_of_list",
                fields=["price_list"],
                condition=Q(price_list__isnull=False),
            ),
        ]
        constraints = [
            # Also the index a quote reads.
            models.UniqueConstraint(
                name="catalog_price_starts_once",
                fields=["variant", "currency", "price_list", "min_quantity", "valid_from"],
                nulls_distinct=False,
            ),
            ExclusionConstraint(
                name="catalog_price_one_at_a_time",
                expressions=[
                    ("variant", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    (Coalesce("price_list", _BASE), RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    (
                        TsTzRange("valid_from", "valid_until", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="catalog_price_amount_sane",
                condition=Q(amount_minor__gte=0, amount_minor__lte=AMOUNT_MAX),
            ),
            models.CheckConstraint(
                name="catalog_price_tier_sane",
                condition=Q(min_quantity__gte=1, min_quantity__lte=QUANTITY_MAX),
            ),
            models.CheckConstraint(
                name="catalog_price_compared_with_more",
                condition=Q(compare_at_minor=None)
                | Q(compare_at_minor__gt=F("amount_minor"), compare_at_minor__lte=AMOUNT_MAX),
            ),
            models.CheckConstraint(
                name="catalog_price_period_runs_forward",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.valid_from:%Y-%m-%d}"
