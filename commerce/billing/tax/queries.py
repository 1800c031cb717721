"""Reads of tax rates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from commerce.billing.tax.models import TaxRate
from commerce.billing.tax.rates import TaxRates


def rates_on(day: date, *, countries: Collection[str]) -> TaxRates:
    """Load the rates of some countries in force on a day. One SQL statement."""
    newest = (
        TaxRate.objects.filter(country__in=countries, valid_from__lte=day)
        .order_by("country", "category", "-valid_from")
        .distinct("country", "category")
        .values_list("country", "category", "percent")
    )
    return TaxRates(
        percents={(country, category): percent for country, category, percent in newest}
    )
