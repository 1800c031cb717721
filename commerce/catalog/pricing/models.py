"""Prices: what a variant costs in a currency, from one instant until another."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from commerce.catalog.products.models import Variant
from commerce.shared.fields import CurrencyField, MoneyOf
from commerce.shared.ids import new_id

# Ten thousand million dollars a unit. A million units of it still fit a BIGINT.
AMOUNT_MAX = 1_000_000_000_000


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Price(models.Model):
    """One period of a variant's price. The past is history: only the end of a period may change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="prices", db_index=False
    )
    currency = CurrencyField()
    amount_minor = models.BigIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(
        null=True, help_text="Exclusive; empty: until further notice."
    )
    created_at = models.DateTimeField()

    amount = MoneyOf("amount_minor")

    class Meta:
        ordering = ("variant", "currency", "valid_from")
        constraints = [
            # Also the index a quote reads.
            models.UniqueConstraint(
                name="catalog_price_starts_once", fields=["variant", "currency", "valid_from"]
            ),
            ExclusionConstraint(
                name="catalog_price_one_at_a_time",
                expressions=[
                    ("variant", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
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
                name="catalog_price_period_runs_forward",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.valid_from:%Y-%m-%d}"
