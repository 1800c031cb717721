"""Stock and orders, as tests need them; stock arrives through the use case that receives it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.interface.dto import Address, FulfilmentLine
from commerce.fulfilment.interface.messages import RequestFulfilmentV1
from commerce.fulfilment.inventory.models import StockLevel, StockLocation
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.outbox import OutboxMessage
from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.models import DeliveryRate, Shipment
from commerce.fulfilment.shipments.pack_shipment import pack_shipment
from commerce.shared.ids import new_id

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


def delivery_to(country: str) -> None:
    """Deliver there for 5.99 dollars, whatever it is."""
    DeliveryRate.objects.create(
        code="standard",
        title="Standard",
        country=country,
        currency="USD",
        base_minor=5_99,
        days_min=3,
        days_max=5,
    )


def stock(sku: str, **units_by_location: int) -> None:
    """Fill shelves: `stock("mug", east=3, west=2)`. Locations named first ship first."""
    for priority, (code, units) in enumerate(units_by_location.items(), start=1):
        StockLocationFactory(code=code, priority=priority)
        if units:
            receive_stock(
                [StockReceipt(location=code, sku=sku, units=units, reference=f"in-{new_id()}")],
                now=LONG_AGO,
            )


def level(sku: str, location: str = "east") -> StockLevel:
    return StockLevel.objects.get(sku=sku, location__code=location)


def numbers(sku: str, location: str = "east") -> tuple[int, int, int]:
    """On hand, reserved, allocated."""
    found = level(sku, location)
    return found.on_hand, found.reserved, found.allocated


ADA = Address(
    name="Ada L.",
    line1="1 Main St",
    city="Portland",
    region="OR",
    postal_code="97201",
    country="US",
)


def line(
    sku: str, quantity: int = 1, *, needs_approval: bool = False, **facts: Any
) -> FulfilmentLine:
    return FulfilmentLine(
        line_id=new_id(),
        sku=sku,
        quantity=quantity,
        title=sku.title(),
        needs_approval=needs_approval,
        **facts,
    )


def bundle(quantity: int = 1, **units_in_one: int) -> list[FulfilmentLine]:
    """The lines of a bundle's parts: `bundle(2, mug=6, tray=1)` are 12 mugs and 2 trays."""
    bundle_id = new_id()
    return [
        line(sku, quantity * units, bundle_id=bundle_id, per_bundle=units)
        for sku, units in units_in_one.items()
    ]


def wish(*lines: FulfilmentLine, reservation: str = "", **changes: Any) -> RequestFulfilmentV1:
    """What billing says once an order is paid: `wish(line("mug", 2), reservation="chk-1")`."""
    values = {
        "order_id": new_id(),
        "order_number": "1001",
        "reservation_reference": reservation,
        "lines": list(lines),
        "ship_to": ADA,
        "delivery_option": "standard",
        "email": "ada@example.com",
        "requested_at": LONG_AGO,
    }
    return RequestFulfilmentV1(**(values | changes))


def ordered(*lines: FulfilmentLine, **changes: Any) -> FulfilmentOrder:
    """A paid order that the warehouse has taken on."""
    return request_fulfilment(wish(*lines, **changes), now=LONG_AGO)


def packed(order: FulfilmentOrder, *, location: str = "east", **units: Any) -> Shipment:
    """A parcel with its label: everything open at the location, or `units_by_line`."""
    return pack_shipment(
        fulfilment_order_id=order.id,
        location=location,
        weight_g=1_200,
        reference=new_id(),
        now=LONG_AGO,
        **units,
    )


def dispatched(order: FulfilmentOrder, **packing: Any) -> Shipment:
    """A parcel that has left."""
    return dispatch_shipment(shipment_id=packed(order, **packing).id, now=LONG_AGO)


def told(name: str) -> list[dict[str, Any]]:
    """The payloads of every message of a name that was published, oldest first."""
    rows = OutboxMessage.objects.filter(name=name).order_by("id")
    return list(rows.values_list("payload", flat=True))
