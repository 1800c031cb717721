"""Packing: units go into a parcel, and its label is bought once, whatever happens on the line."""

import datetime as dt

import pytest
from django.db import transaction

from commerce.fulfilment.carriers.gateway import CarrierRefused
from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.inventory.queries import UnknownLocation
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.shipments.buy_label import buy_label
from commerce.fulfilment.shipments.finish_labels import finish_labels
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.pack_shipment import NotOpenHere, pack_shipment
from commerce.shared.ids import encode, new_id
from tests.at_once import at_once
from tests.factories.fulfilment import line, numbers, ordered, packed, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
SOON = NOON + dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def pack(order, *, reference=None, location="east", units_by_line=None):
    return pack_shipment(
        fulfilment_order_id=order.id,
        location=location,
        weight_g=1_200,
        reference=reference or new_id(),
        units_by_line=units_by_line,
        now=NOON,
    )


class TestPackShipment:
    def test_takes_what_is_open_at_the_location_and_buys_the_label(self, carrier):
        stock("mug", east=2, west=5)
        order = ordered(line("mug", 6))

        shipment = pack(order)

        assert (shipment.status, shipment.packed_at) == ("packed", NOON)
        assert [row.quantity for row in shipment.lines.all()] == [2]
        label = carrier.labels[encode("ship", shipment.id)]
        assert (shipment.tracking_number, shipment.label) == (label.tracking_number, label.data)
        order.refresh_from_db()
        assert order.status == "in_progress"

    def test_tells_the_carrier_where_it_goes_and_how(self, carrier):
        stock("mug", east=2)

        shipment = pack(ordered(line("mug"), delivery_option="express"))

        asked = carrier.orders[encode("ship", shipment.id)]
        assert (asked.service, asked.weight_g) == ("express", 1_200)
        assert (asked.sender.city, asked.receiver.name) == ("Columbus", "Ada L.")

    def test_takes_only_the_units_that_are_named(self):
        stock("mug", east=5)
        mugs, more = line("mug", 3), line("mug", 1)
        order = ordered(mugs, more)

        shipment = pack(order, units_by_line={mugs.line_id: 2})

        assert [row.quantity for row in shipment.lines.all()] == [2]
        assert [row.quantity for row in pack(order).lines.order_by("quantity")] == [1, 1]

    def test_leaves_the_stock_where_it_is(self):
        stock("mug", east=5)

        pack(ordered(line("mug", 3)))

        assert numbers("mug") == (5, 0, 3)

    def test_packs_once_under_one_reference(self, carrier):
        stock("mug", east=5)
        mugs = line("mug", 3)
        order, reference = ordered(mugs), new_id()

        first = pack(order, reference=reference, units_by_line={mugs.line_id: 1})
        second = pack(order, reference=reference, units_by_line={mugs.line_id: 1})

        assert first == second
        assert len(carrier.labels) == 1

    def test_refuses_more_than_is_open_here(self):
        stock("mug", east=2, west=2)
        mugs = line("mug", 4)
        order = ordered(mugs)

        with pytest.raises(NotOpenHere) as refused:
            pack(order, units_by_line={mugs.line_id: 3})

        assert (refused.value.wanted, refused.value.open_units) == (3, 2)
        assert not Shipment.objects.exists()

    def test_refuses_when_nothing_is_open_here(self):
        stock("mug", east=2, west=2)
        order = ordered(line("mug", 1))
        pack(order)

        with pytest.raises(NotOpenHere):
            pack(order)
        with pytest.raises(NotOpenHere):
            pack(order, location="west")

    def test_refuses_a_canceled_order(self):
        stock("mug", east=2)
        order = ordered(line("mug"))
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)

        with pytest.raises(WrongStatus):
            pack(order)

    def test_refuses_a_place_nobody_knows(self):
        stock("mug", east=2)

        with pytest.raises(UnknownLocation):
            pack(ordered(line("mug")), location="moon")

    def test_refuses_to_call_the_carrier_inside_a_transaction(self):
        stock("mug", east=2)
        order = ordered(line("mug"))

        with pytest.raises(RuntimeError), transaction.atomic():
            pack(order)


class TestPackShipmentWhileTheCarrierIsSilent:
    def test_waits_for_the_label_and_gets_it_later(self, carrier):
        stock("mug", east=2)
        carrier.is_silent = True

        shipment = pack(ordered(line("mug")))
        assert (shipment.status, shipment.tracking_number) == ("packing", None)
        carrier.is_silent = False
        finish_labels(now=SOON)

        shipment.refresh_from_db()
        assert (shipment.status, shipment.next_attempt_at) == ("packed", None)

    def test_is_finished_by_packing_again_under_its_reference(self, carrier):
        stock("mug", east=2)
        order, reference = ordered(line("mug")), new_id()
        carrier.is_silent = True
        pack(order, reference=reference)
        carrier.is_silent = False

        assert pack(order, reference=reference).status == "packed"

    def test_buys_one_label_although_the_answer_was_lost(self, carrier):
        stock("mug", east=2)
        carrier.loses_answers = 2

        shipment = pack(ordered(line("mug")))
        assert shipment.status == "packing"
        finish_labels(now=SOON)
        finish_labels(now=SOON + dt.timedelta(hours=1))

        shipment.refresh_from_db()
        assert shipment.status == "packed"
        assert len(carrier.labels) == 1

    def test_asks_ever_more_seldom(self, carrier):
        stock("mug", east=2)
        carrier.is_silent = True
        shipment = pack(ordered(line("mug")))

        waits, now = [], SOON
        for _ in range(8):
            assert finish_labels(now=now) == 1
            assert finish_labels(now=now) == 0
            shipment.refresh_from_db()
            waits.append((shipment.next_attempt_at - now).total_seconds())
            now = shipment.next_attempt_at

        assert waits == [15, 30, 60, 120, 240, 480, 600, 600]


class TestPackShipmentThatTheCarrierRefuses:
    def test_opens_its_units_again(self):
        stock("mug", east=2)
        order = ordered(line("mug", 2), delivery_option="by rocket")

        with pytest.raises(CarrierRefused):
            pack(order)

        order.refresh_from_db()
        shipment = Shipment.objects.get()
        assert (shipment.status, order.status) == ("canceled", "open")
        assert "no such service" in shipment.failure
        assert numbers("mug") == (2, 0, 2)

    def test_is_not_asked_for_again_once_its_label_is_known_not_to_be(self):
        stock("mug", east=2)
        with pytest.raises(CarrierRefused):
            pack(ordered(line("mug", 2), delivery_option="by rocket"))

        assert finish_labels(now=SOON) == 1
        assert finish_labels(now=SOON + dt.timedelta(days=1)) == 0


class TestPackShipmentThatIsCanceledMeanwhile:
    def test_gives_back_the_label_that_comes_too_late(self, carrier):
        stock("mug", east=2)
        order = ordered(line("mug", 2))
        buy = carrier.buy_label

        def buy_while_somebody_cancels(asked):
            cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)
            return buy(asked)

        carrier.buy_label = buy_while_somebody_cancels
        shipment = pack(order)
        assert shipment.status == "canceled"
        finish_labels(now=SOON)

        assert carrier.given_back == {encode("ship", shipment.id)}
        assert numbers("mug") == (2, 0, 0)
        assert finish_labels(now=SOON + dt.timedelta(days=1)) == 0

    def test_keeps_what_a_parcel_under_way_means(self, carrier):
        stock("mug", east=2)
        order = ordered(line("mug"))
        shipment = packed(order)
        carrier.on_the_way.add(encode("ship", shipment.id))
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)

        finish_labels(now=SOON)

        shipment.refresh_from_db()
        assert "under way" in shipment.failure
        assert finish_labels(now=SOON + dt.timedelta(days=1)) == 0

    def test_asks_again_for_a_label_it_could_not_give_back(self, carrier):
        stock("mug", east=2)
        order = ordered(line("mug"))
        packed(order)
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)
        carrier.is_silent = True
        finish_labels(now=SOON)
        carrier.is_silent = False

        finish_labels(now=SOON + dt.timedelta(minutes=1))

        assert len(carrier.given_back) == 1


@pytest.mark.django_db(transaction=True)
class TestClerksAtOnce:
    def test_pack_each_unit_once(self, carrier):
        stock("mug", east=10)
        mugs = line("mug", 10)
        order = ordered(mugs)

        outcomes = at_once([lambda: pack(order, units_by_line={mugs.line_id: 3})] * 8)

        assert outcomes == {"done": 3, "NotOpenHere": 5}
        assert len(carrier.labels) == 3

    def test_buy_one_label_for_one_shipment(self, carrier):
        stock("mug", east=2)
        order = ordered(line("mug"))
        carrier.is_silent = True
        shipment = pack(order)
        carrier.is_silent = False

        outcomes = at_once([lambda: buy_label(shipment_id=shipment.id, now=NOON)] * 8)

        assert outcomes == {"done": 8}
        assert len(carrier.labels) == 1
        shipment.refresh_from_db()
        assert shipment.status == "packed"
