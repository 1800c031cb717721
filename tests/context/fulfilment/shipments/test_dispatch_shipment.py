"""Dispatching: the stock leaves once, and everybody who listens hears of it once."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.inventory.models import StockMovement
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.queries import ShipmentNotFound
from commerce.shared.ids import new_id
from tests.at_once import at_once
from tests.factories.fulfilment import line, numbers, ordered, packed, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


class TestDispatchShipment:
    def test_takes_the_units_off_the_shelf(self):
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 3)))

        dispatched = dispatch_shipment(shipment_id=shipment.id, now=NOON)

        assert (dispatched.status, dispatched.dispatched_at) == ("dispatched", NOON)
        assert numbers("mug") == (2, 0, 0)
        movement = StockMovement.objects.get(reason="shipped")
        assert (movement.quantity, movement.reference) == (-3, f"shipment:{shipment.id}")

    def test_tells_what_has_left_by_order_line(self):
        stock("mug", east=5)
        stock("tea", east=5)
        mugs, more, tea = line("mug", 3), line("mug", 1), line("tea", 2)
        order = ordered(mugs, more, tea)
        shipment = packed(order)

        dispatch_shipment(shipment_id=shipment.id, now=NOON)

        assert told("fulfilment.shipment_dispatched.v1") == [
            {
                "shipment_id": str(shipment.id),
                "order_id": str(order.order_id),
                "units_by_line": {
                    str(mugs.line_id): 3,
                    str(more.line_id): 1,
                    str(tea.line_id): 2,
                },
                "carrier": "sandbox",
                "tracking_number": shipment.tracking_number,
                "dispatched_at": NOON.isoformat(),
            }
        ]

    def test_changes_nothing_the_second_time(self):
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 3)))
        dispatch_shipment(shipment_id=shipment.id, now=NOON)

        dispatch_shipment(shipment_id=shipment.id, now=NOON + dt.timedelta(hours=1))

        assert numbers("mug") == (2, 0, 0)
        assert len(told("fulfilment.shipment_dispatched.v1")) == 1

    def test_closes_the_order_with_its_last_parcel(self):
        stock("mug", east=1, west=1)
        order = ordered(line("mug", 2))

        dispatch_shipment(shipment_id=packed(order).id, now=NOON)
        order.refresh_from_db()
        assert order.status == "in_progress"

        dispatch_shipment(shipment_id=packed(order, location="west").id, now=NOON)
        order.refresh_from_db()
        assert (order.status, order.closed_at) == ("closed", NOON)

    def test_is_refused_without_a_label(self, carrier):
        stock("mug", east=5)
        carrier.is_silent = True
        shipment = packed(ordered(line("mug", 3)))

        with pytest.raises(WrongStatus):
            dispatch_shipment(shipment_id=shipment.id, now=NOON)

        assert numbers("mug") == (5, 0, 3)

    def test_is_refused_for_a_canceled_shipment(self):
        stock("mug", east=5)
        order = ordered(line("mug", 3))
        shipment = packed(order)
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)

        with pytest.raises(WrongStatus):
            dispatch_shipment(shipment_id=shipment.id, now=NOON)

    def test_is_refused_for_a_shipment_that_does_not_exist(self):
        with pytest.raises(ShipmentNotFound):
            dispatch_shipment(shipment_id=new_id(), now=NOON)


@pytest.mark.django_db(transaction=True)
class TestClerksAtOnce:
    def test_let_a_parcel_go_once(self):
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 3)))

        outcomes = at_once([lambda: dispatch_shipment(shipment_id=shipment.id, now=NOON)] * 10)

        assert outcomes == {"done": 10}
        assert numbers("mug") == (2, 0, 0)
        assert len(told("fulfilment.shipment_dispatched.v1")) == 1
