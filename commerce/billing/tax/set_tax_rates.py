"""Enter tax rates; a change of law is entered before its first day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from commerce.billing.tax.models import TaxRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    country: str
    category: str
    percent: Decimal
    source: str


def set_tax_rates(*, rates: Sequence[Rate], valid_from: date) -> None:
    """Enter rates that hold from a day on; entering the same day again corrects it."""
    with transaction.atomic(durable=True):
        TaxRate.objects.bulk_create(
            [
                TaxRate(
                    country=rate.country,
                    category=rate.category,
                    percent=rate.percent,
                    source=rate.source,
                    valid_from=valid_from,
                )
                for rate in rates
            ],
            update_conflicts=True,
            unique_fields=["country", "category", "valid_from"],
            update_fields=["percent", "source"],
        )
