"""Canceling fulfilment: what has not left stays, and a late request delivers nothing."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import canceled_units
from commerce.fulfilment.interface.errors import AlreadyShipped
from commerce.fulfilment.shipments.dispatch_shipment import dispatch_shipment
from commerce.fulfilment.shipments.finish_labels import finish_labels
from commerce.shared.ids import encode, new_id
from tests.at_once import at_once
from tests.factories.fulfilment import dispatched, line, numbers, ordered, packed, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def cancel(order_id):
    return cancel_fulfilment(order_id=order_id, reason="customer", now=NOON)


class TestCancelFulfilment:
    def test_gives_every_unit_back(self):
        stock("mug", east=2, west=3)
        mugs = line("mug", 4)
        order = ordered(mugs)

        canceled = cancel(order.order_id)

        assert (canceled.status, canceled.cancel_reason) == ("canceled", "customer")
        assert canceled_units(canceled) == {str(mugs.line_id): 4}
        assert (numbers("mug", "east"), numbers("mug", "west")) == ((2, 0, 0), (3, 0, 0))

    def test_gives_the_same_answer_again(self):
        stock("mug", east=2)
        order = ordered(line("mug", 2))
        first = cancel(order.order_id)

        second = cancel(order.order_id)

        assert canceled_units(first) == canceled_units(second)
        assert numbers("mug") == (2, 0, 0)

    def test_tells_nobody_because_whoever_asked_knows(self):
        stock("mug", east=2)

        cancel(ordered(line("mug")).order_id)

        assert told("fulfilment.fulfilment_canceled.v1") == []

    def test_remembers_an_order_nobody_has_heard_of(self):
        order_id = new_id()

        first, second = cancel(order_id), cancel(order_id)

        assert first == second
        assert FulfilmentOrder.objects.get().status == "canceled"
        assert canceled_units(second) == {}

    def test_is_refused_once_a_unit_has_left(self):
        stock("mug", east=1, west=1)
        order = ordered(line("mug", 2))
        dispatched(order)

        with pytest.raises(AlreadyShipped):
            cancel(order.order_id)

        assert FulfilmentOrder.objects.get().status == "in_progress"
        assert numbers("mug", "west") == (1, 0, 1)

    def test_lets_a_held_order_go(self):
        stock("mug", east=2)
        order = ordered(line("mug", needs_approval=True))

        assert cancel(order.order_id).status == "canceled"
        assert numbers("mug") == (2, 0, 0)


class TestCancelFulfilmentOfAPackedOrder:
    def test_unpacks_it_and_gives_the_label_back(self, carrier):
        stock("mug", east=2)
        order = ordered(line("mug", 2))
        shipment = packed(order)

        cancel(order.order_id)
        finish_labels(now=NOON + dt.timedelta(minutes=1))

        shipment.refresh_from_db()
        assert (shipment.status, shipment.next_attempt_at) == ("canceled", None)
        assert numbers("mug") == (2, 0, 0)
        assert carrier.given_back == {encode("ship", shipment.id)}


@pytest.mark.django_db(transaction=True)
class TestCancelFulfilmentWhileSomebodyDispatches:
    @pytest.mark.parametrize("round_", range(5))
    def test_is_either_or(self, round_):
        stock("mug", east=2)
        order = ordered(line("mug", 2))
        shipment = packed(order)

        outcomes = at_once(
            [
                lambda: cancel(order.order_id),
                lambda: dispatch_shipment(shipment_id=shipment.id, now=NOON),
            ]
        )

        order.refresh_from_db()
        shipment.refresh_from_db()
        if order.status == "canceled":
            assert outcomes == {"done": 1, "WrongStatus": 1}
            assert (shipment.status, numbers("mug")) == ("canceled", (2, 0, 0))
        else:
            assert outcomes == {"done": 1, "AlreadyShipped": 1}
            assert (shipment.status, numbers("mug")) == ("dispatched", (0, 0, 0))
