"""Tracking: the carrier's news end in the same state in every order, however often they come."""

import datetime as dt
import itertools
import random

import pytest

from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.record_tracking import TrackingUpdate, record_tracking
from tests.factories.fulfilment import dispatched, line, numbers, ordered, packed, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db

WAY = ["label_created", "accepted", "in_transit", "exception", "in_transit", "delivered"]


def news(sequence, status):
    return TrackingUpdate(
        sequence=sequence, status=status, occurred_at=NOON + dt.timedelta(hours=sequence)
    )


def tell(shipment, *updates):
    for sequence, status in updates:
        record_tracking(shipment_id=shipment.id, update=news(sequence, status))
    return Shipment.objects.get(pk=shipment.id)


@pytest.fixture
def on_the_way():
    stock("mug", east=5)
    return dispatched(ordered(line("mug", 2)))


class TestRecordTracking:
    def test_follows_the_parcel_to_the_door(self, on_the_way):
        shipment = tell(on_the_way, *enumerate(WAY, start=1))

        assert (shipment.status, shipment.delivered_at) == (
            "delivered",
            NOON + dt.timedelta(hours=6),
        )
        assert told("fulfilment.shipment_delivered.v1") == [
            {
                "shipment_id": str(shipment.id),
                "order_id": str(shipment.fulfilment_order.order_id),
                "delivered_at": shipment.delivered_at.isoformat(),
            }
        ]

    @pytest.mark.parametrize("seed", range(20))
    def test_ends_the_same_in_every_order_and_with_repeats(self, on_the_way, seed):
        dice = random.Random(seed)
        events = [*enumerate(WAY, start=1)] * 2
        dice.shuffle(events)

        shipment = tell(on_the_way, *events)

        assert shipment.status == "delivered"
        assert shipment.tracking_events.count() == len(WAY)
        assert len(told("fulfilment.shipment_delivered.v1")) == 1

    def test_shows_a_parcel_that_is_held_up_and_goes_on(self, on_the_way):
        assert tell(on_the_way, (2, "accepted"), (3, "exception")).status == "exception"
        assert tell(on_the_way, (4, "out_for_delivery")).status == "dispatched"

    def test_ignores_old_news(self, on_the_way):
        assert tell(on_the_way, (3, "exception"), (2, "in_transit")).status == "exception"

    def test_knows_that_what_was_lost_may_turn_up(self, on_the_way):
        assert tell(on_the_way, (2, "accepted"), (3, "lost")).status == "lost"
        assert tell(on_the_way, (4, "delivered")).status == "delivered"


class TestRecordTrackingOfAParcelNobodyHasDispatched:
    @pytest.mark.parametrize("scan", ["accepted", "delivered"])
    def test_lets_it_go(self, scan):
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 2)))

        tell(shipment, (2, scan))

        assert numbers("mug") == (3, 0, 0)
        [message] = told("fulfilment.shipment_dispatched.v1")
        assert message["dispatched_at"] == (NOON + dt.timedelta(hours=2)).isoformat()

    def test_keeps_it_while_only_its_label_exists(self):
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 2)))

        assert tell(shipment, (1, "label_created")).status == "packed"

    def test_waits_for_a_label_that_is_still_being_bought(self, carrier):
        stock("mug", east=5)
        carrier.is_silent = True
        shipment = packed(ordered(line("mug", 2)))

        with pytest.raises(WrongStatus):
            tell(shipment, (1, "label_created"))

        assert not shipment.tracking_events.exists()

    def test_does_not_let_a_canceled_one_go(self):
        stock("mug", east=5)
        order = ordered(line("mug", 2))
        shipment = packed(order)
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)

        assert tell(shipment, (2, "accepted")).status == "canceled"
        assert numbers("mug") == (5, 0, 0)


def test_every_pair_of_words_ends_the_same_both_ways(on_the_way):
    words = ["accepted", "in_transit", "exception", "lost", "delivered"]
    for n, (first, second) in enumerate(itertools.product(words, words)):
        stock(f"sku-{n}", east=2)
        one, other = (dispatched(ordered(line(f"sku-{n}"))) for _ in range(2))

        forwards = tell(one, (2, first), (3, second))
        backwards = tell(other, (3, second), (2, first))

        assert forwards.status == backwards.status
