"""Stock and orders, as tests need them; stock arrives through the use case that receives it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import factory

from commerce.fulfilment.inventory.models import StockLevel, StockLocation
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock

LONG_AGO = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


class StockLocationFactory(factory.django.DjangoModelFactory[StockLocation]):
    """A warehouse; the earlier one is made, the earlier it ships."""

    class Meta:
        model = StockLocation
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"w{n}")
    title = factory.LazyAttribute(lambda location: f"Warehouse {location.code}")
    line1 = "1 Dock Road"
    city = "Columbus"
    region = "OH"
    postal_code = "43215"
    country = "US"
    priority = factory.Sequence(lambda n: n)


def stock(sku: str, **units_by_location: int) -> None:
    """Fill shelves: `stock("mug", east=3, west=2)`. Locations named first ship first."""
    for priority, (code, units) in enumerate(units_by_location.items(), start=1):
        StockLocationFactory(code=code, priority=priority)
        if units:
            receive_stock(
                [StockReceipt(location=code, sku=sku, units=units, reference=f"in-{uuid4()}")],
                now=LONG_AGO,
            )


def level(sku: str, location: str = "east") -> StockLevel:
    return StockLevel.objects.get(sku=sku, location__code=location)


def numbers(sku: str, location: str = "east") -> tuple[int, int, int]:
    """On hand, reserved, allocated."""
    found = level(sku, location)
    return found.on_hand, found.reserved, found.allocated
