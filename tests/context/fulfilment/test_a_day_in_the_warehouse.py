"""Whatever happens in whatever order, side by side: every unit is accounted for at the end."""

import datetime as dt
import random
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.fulfilment_orders.cancel_units import UnitsNotOpen, cancel_units
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder, FulfilmentOrderLine
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.fulfilment_orders.sharing_out import units_by_sku
from commerce.fulfilment.interface.errors import AlreadyShipped, OutOfStock
from commerce.fulfilment.inventory.adjust_stock import StockPromised, adjust_stock
from commerce.fulfilment.inventory.expire_reservations import expire_reservations
from commerce.fulfilment.inventory.models import MovementReason
from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from commerce.fulfilment.inventory.tell_availability import tell_availability
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.returns.approve_return import approve_return
from commerce.fulfilment.returns.receive_return import receive_return
from commerce.fulfilment.returns.request_return import QuantityExceedsReturnable, request_return
from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.finish_labels import finish_labels
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.pack_shipment import NotOpenHere, pack_shipment
from commerce.shared.ids import new_id
from dev.witness import QUERIES
from tests.at_once import at_once
from tests.factories.fulfilment import line, stock, wish

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
SKUS = ("mug", "tea", "pot")
PLACES = ("east", "west")

# What may be refused, because somebody else was there first.
REFUSALS = {
    kind.__name__
    for kind in (
        AlreadyShipped,
        NotOpenHere,
        OutOfStock,
        QuantityExceedsReturnable,
        StockPromised,
        UnitsNotOpen,
        WrongStatus,
    )
}

pytestmark = pytest.mark.django_db(transaction=True)


class Day:
    """One story of many acts, each a call of a use case, drawn by dice from a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.orders = [
            wish(*self.lines(), reservation=self.dice.choice([f"chk-{n}", ""])) for n in range(40)
        ]

    def lines(self) -> list:
        return [line(self.dice.choice(SKUS), self.dice.randint(1, 3)) for _ in range(2)]

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(minutes=self.dice.randint(0, 60))

    def act(self) -> Callable[[], object]:
        kinds = [
            (self.reserve, 6),
            (self.release, 2),
            (self.request, 6),
            (self.pack, 6),
            (self.dispatch, 5),
            (self.send_back, 3),
            (self.cancel, 1),
            (self.cancel_some, 1),
            (self.receive, 1),
            (self.adjust, 1),
            (self.sweep, 2),
        ]
        kind = self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return kind(self.now(), self.dice.randint(0, 1 << 30))

    def reserve(self, now, luck):
        order = self.dice.choice(self.orders)
        return lambda: reserve_stock(
            reference=order.reservation_reference or f"never-paid-{luck}",
            units_by_sku=units_by_sku(order.lines),
            expires_at=now + dt.timedelta(minutes=10),
            now=now,
        )

    def release(self, now, luck):
        order = self.dice.choice(self.orders)
        return lambda: release_stock(reference=order.reservation_reference, now=now)

    def request(self, now, luck):
        order = self.dice.choice(self.orders)
        return lambda: request_fulfilment(order, now=now)

    def pack(self, now, luck):
        location = self.dice.choice(PLACES)
        return lambda: pack_shipment(
            fulfilment_order_id=_any(FulfilmentOrder, luck),
            location=location,
            weight_g=500,
            reference=new_id(),
            now=now,
        )

    def dispatch(self, now, luck):
        return lambda: dispatch_shipment(shipment_id=_any(Shipment, luck), now=now)

    def send_back(self, now, luck):
        def act() -> None:
            lines = list(FulfilmentOrderLine.objects.order_by("id"))
            if not lines:
                return
            chosen = lines[luck % len(lines)]
            asked = request_return(
                fulfilment_order_id=chosen.fulfilment_order_id,
                units_by_line={chosen.line_id: 1},
                reason="too small",
                reference=new_id(),
                now=now,
            )
            approve_return(return_id=asked.id, now=now)
            receive_return(return_id=asked.id, now=now)

        return act

    def cancel(self, now, luck):
        order = self.dice.choice(self.orders)
        return lambda: cancel_fulfilment(order_id=order.order_id, reason="customer", now=now)

    def cancel_some(self, now, luck):
        return lambda: cancel_units(
            fulfilment_order_id=_any(FulfilmentOrder, luck),
            units_by_line=None,
            reason="broken",
            reference=new_id(),
            now=now,
        )

    def receive(self, now, luck):
        receipt = StockReceipt(
            location=self.dice.choice(PLACES),
            sku=self.dice.choice(SKUS),
            units=1 + luck % 5,
            reference=str(new_id()),
        )
        return lambda: receive_stock([receipt], now=now)

    def adjust(self, now, luck):
        location, sku = self.dice.choice(PLACES), self.dice.choice(SKUS)
        return lambda: adjust_stock(
            location=location,
            sku=sku,
            quantity=-1 - luck % 2,
            reason=MovementReason.DAMAGED,
            reference=str(new_id()),
            now=now,
        )

    def sweep(self, now, luck):
        return self.dice.choice(
            [
                lambda: expire_reservations(now=now),
                lambda: tell_availability(now=now),
                lambda: finish_labels(now=now),
            ]
        )


def _any(model, luck: int) -> UUID:
    ids = list(model.objects.order_by("id").values_list("id", flat=True))
    return ids[luck % len(ids)] if ids else new_id()


def unaccounted() -> dict[str, list]:
    """Ask the questions about stock that are asked of a running shop as well."""
    answers = {}
    with connection.cursor() as cursor:
        for question, statement in QUERIES.items():
            if question.startswith("I4 units"):
                cursor.execute(statement)
                answers[question] = cursor.fetchall()
    return answers


class TestADayInTheWarehouse:
    @pytest.mark.parametrize("seed", range(6))
    def test_ends_with_every_unit_accounted_for(self, seed):
        for sku in SKUS:
            stock(sku, east=12, west=8)
        day = Day(seed)

        outcomes = at_once([day.act() for _ in range(300)])

        assert outcomes.total() == 300
        assert set(outcomes) <= {"done", "FulfilmentOrderNotFound", "ShipmentNotFound", *REFUSALS}
        answers = unaccounted()
        assert len(answers) == 3
        assert not any(answers.values()), answers
