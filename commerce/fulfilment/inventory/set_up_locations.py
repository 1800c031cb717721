"""Set up locations: where the shop ships from, and which place ships first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from commerce.fulfilment.inventory.models import StockLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationDetails:
    """A location as staff describe it; `code` is its name for good."""

    code: str
    title: str
    line1: str
    city: str
    country: str
    priority: int
    region: str = ""
    postal_code: str = ""


def set_up_locations(locations: Sequence[LocationDetails]) -> None:
    """Make the locations that are new, and change those that are known, by their codes."""
    with transaction.atomic(durable=True):
        StockLocation.objects.bulk_create(
            [StockLocation(**asdict(details)) for details in locations],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[
                "title", "line1", "city", "region", "postal_code", "country", "priority",
            ],
        )  # fmt: skip
