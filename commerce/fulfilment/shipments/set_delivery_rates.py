"""Set delivery rates: what each way to deliver costs from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from commerce.fulfilment.shipments.models import DeliveryRate
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDetails:
    """What one way to deliver costs to one country: base + per unit + per kilogram."""

    code: str
    title: str
    country: str
    base: Money
    days_min: int
    days_max: int
    per_unit_minor: int = 0
    per_kg_minor: int = 0


def set_delivery_rates(rates: Sequence[RateDetails]) -> None:
    """Offer exactly these rates; those that are not among them are offered no more."""
    with transaction.atomic(durable=True):
        DeliveryRate.objects.update(is_active=False)
        DeliveryRate.objects.bulk_create(
            [
                DeliveryRate(
                    code=rate.code,
                    title=rate.title,
                    country=rate.country,
                    currency=rate.base.currency,
                    base_minor=rate.base.minor,
                    per_unit_minor=rate.per_unit_minor,
                    per_kg_minor=rate.per_kg_minor,
                    days_min=rate.days_min,
                    days_max=rate.days_max,
                )
                for rate in rates
            ],
            update_conflicts=True,
            unique_fields=["country", "currency", "code"],
            update_fields=[
                "title",
                "base_minor",
                "per_unit_minor",
                "per_kg_minor",
                "days_min",
                "days_max",
                "is_active",
            ],
        )
