"""The warehouse's process dies between any two beats. After the next sweep nothing is lost or doubled."""

import datetime as dt

import orjson
import pytest
from celery.exceptions import SoftTimeLimitExceeded

from commerce.fulfilment.carriers import process_events as events_module
from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.carriers.process_events import process_events
from commerce.fulfilment.fulfilment_orders import request_fulfilment as request_module
from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.inventory.expire_reservations import expire_reservations
from commerce.fulfilment.shipments import buy_label as label_module
from commerce.fulfilment.shipments import give_label_back as give_back_module
from commerce.fulfilment.shipments import pack_shipment as pack_module
from commerce.fulfilment.shipments.finish_labels import finish_labels
from commerce.fulfilment.shipments.models import Shipment
from commerce.fulfilment.shipments.pack_shipment import pack_shipment
from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import dispatched, line, numbers, ordered, packed, stock, told, wish
from tests.fakes.carrier import FakeCarrier
from tests.killed import Killed, dies, dies_after

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def killed_at(monkeypatch):
    """Run something whose process ends at a point: (where, what, how)."""

    def run(point, act):
        with monkeypatch.context() as patch:
            patch.setattr(*point)
            with pytest.raises(Killed):
                act()

    return run


def sweep(now):
    """What the clock's bells would do now."""
    expire_reservations(now=now)
    finish_labels(now=now)
    process_events(now=now)


def by_name(points):
    return pytest.mark.parametrize("point", points.values(), ids=points.keys())


class TestTakingAnOrderOn:
    POINTS = {
        "before the stock is set aside": (request_module, "reserve_stock", dies),
        "after the stock is set aside": (request_module, "_accept", dies),
        "before the units are bound": (request_module, "allocate_stock", dies),
        "after the order is written": (
            request_module,
            "_accept",
            dies_after(request_module._accept),
        ),
    }

    @by_name(POINTS)
    def test_binds_its_units_once_when_the_message_comes_again(self, killed_at, point):
        stock("mug", east=5)
        request = wish(line("mug", 2))
        killed_at(point, lambda: request_fulfilment(request, now=NOON))

        sweep(NOON + MINUTE)
        order = request_fulfilment(request, now=NOON + MINUTE)

        assert order.status == "open"
        assert numbers("mug") == (5, 0, 2)
        assert len(told("fulfilment.fulfilment_requested.v1")) == 1
        assert FulfilmentOrder.objects.count() == 1

    @by_name(dict(list(POINTS.items())[:3]))
    def test_keeps_nothing_from_others_when_it_does_not(self, killed_at, point):
        stock("mug", east=5)
        killed_at(point, lambda: request_fulfilment(wish(line("mug", 2)), now=NOON))

        sweep(NOON + 11 * MINUTE)

        assert numbers("mug") == (5, 0, 0)


class TestPacking:
    POINTS = {
        "before the carrier is asked": (pack_module, "buy_label", dies),
        "while the carrier is asked": (FakeCarrier, "buy_label", dies),
        "after the carrier has answered": (
            FakeCarrier,
            "buy_label",
            dies_after(FakeCarrier.buy_label),
        ),
        "before the label is kept": (label_module, "_keep", dies),
        "after the label is kept": (label_module, "_keep", dies_after(label_module._keep)),
    }

    @by_name(POINTS)
    def test_ends_with_one_label(self, killed_at, carrier, point):
        stock("mug", east=5)
        order, reference = ordered(line("mug", 2)), new_id()

        def pack(now=NOON):
            return pack_shipment(
                fulfilment_order_id=order.id,
                location="east",
                weight_g=500,
                reference=reference,
                now=now,
            )

        killed_at(point, pack)

        sweep(NOON + MINUTE)
        again = pack(NOON + 2 * MINUTE)

        assert (again.status, again.tracking_number) == ("packed", f"{1:018}")
        assert list(carrier.labels) == [encode("ship", Shipment.objects.get().id)]
        assert numbers("mug") == (5, 0, 2)


class TestGivingALabelBack:
    POINTS = {
        "before the carrier is asked": (FakeCarrier, "give_label_back", dies),
        "after the carrier has answered": (
            FakeCarrier,
            "give_label_back",
            dies_after(FakeCarrier.give_label_back),
        ),
        "before that is noted": (give_back_module, "lock_shipment", dies),
    }

    @by_name(POINTS)
    def test_is_taken_up_again(self, killed_at, carrier, point):
        stock("mug", east=5)
        order = ordered(line("mug", 2))
        shipment = packed(order)
        cancel_fulfilment(order_id=order.order_id, reason="customer", now=NOON)
        killed_at(point, lambda: finish_labels(now=NOON + MINUTE))

        sweep(NOON + 2 * MINUTE)

        assert carrier.given_back == {encode("ship", shipment.id)}
        assert not Shipment.objects.filter(next_attempt_at__isnull=False).exists()
        assert numbers("mug") == (5, 0, 0)


class TestHearingTheCarrier:
    POINTS = {
        "before the parcel is moved": (events_module, "record_tracking", dies),
        "after the parcel is moved": (
            events_module,
            "record_tracking",
            dies_after(events_module.record_tracking),
        ),
    }

    @by_name(POINTS)
    def test_tells_of_the_arrival_once(self, killed_at, point):
        stock("mug", east=5)
        event = heard_of(dispatched(ordered(line("mug", 2))))
        killed_at(point, lambda: process_events(now=NOON))

        sweep(NOON + MINUTE)

        event.refresh_from_db()
        assert event.processed_at == NOON + MINUTE
        assert Shipment.objects.get().status == "delivered"
        assert len(told("fulfilment.shipment_delivered.v1")) == 1

    def test_is_broken_off_when_the_tasks_time_is_over(self, monkeypatch):
        stock("mug", east=5)
        event = heard_of(dispatched(ordered(line("mug", 2))))

        def takes_too_long(**_):
            raise SoftTimeLimitExceeded

        monkeypatch.setattr(events_module, "record_tracking", takes_too_long)
        with pytest.raises(SoftTimeLimitExceeded):
            process_events(now=NOON)

        event.refresh_from_db()
        assert (event.last_error, event.processed_at) == ("", None)


def heard_of(shipment):
    return CarrierEvent.objects.create(
        provider="sandbox",
        event_id="evt_1",
        body=arrival_of(shipment),
        received_at=NOON,
        next_attempt_at=NOON,
    )


def arrival_of(shipment):
    return orjson.dumps(
        {
            "id": "evt_1",
            "type": "tracking.updated",
            "data": {
                "reference": encode("ship", shipment.id),
                "status": "delivered",
                "sequence": 5,
                "occurred_at": NOON.isoformat(),
            },
        }
    ).decode()
