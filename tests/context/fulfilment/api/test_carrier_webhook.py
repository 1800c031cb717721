"""The carrier's webhook: checked, kept once, acknowledged, and worked off whatever happens."""

import base64
import datetime as dt
import hashlib
import hmac
import time

import orjson
import pytest

from commerce.fulfilment.api import carrier_webhook
from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.carriers.process_events import process_events
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared import clock
from commerce.shared.ids import encode, new_id
from tests.at_once import at_once
from tests.factories.fulfilment import dispatched, line, ordered, stock

pytestmark = pytest.mark.django_db

SECRET = base64.b64encode(b"shared with the carrier").decode()
PATH = "/v1/webhooks/carrier"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.CARRIER_WEBHOOK_SECRETS = [f"whsec_{SECRET}"]


@pytest.fixture(autouse=True)
def bell(monkeypatch):
    rung = []
    monkeypatch.setattr(carrier_webhook, "ring", lambda task, **kwargs: rung.append((task, kwargs)))
    return rung


@pytest.fixture
def shipment(db):
    stock("mug", east=5)
    return dispatched(ordered(line("mug")))


def event(shipment, *, status="delivered", sequence=5, event_id="evt_1"):
    return orjson.dumps(
        {
            "id": event_id,
            "type": "tracking.updated",
            "timestamp": "2027-03-01T12:00:00.000000Z",
            "data": {
                "tracking_number": shipment.tracking_number,
                "reference": encode("ship", shipment.id),
                "sequence": sequence,
                "status": status,
                "description": "At the door.",
                "location": None,
                "occurred_at": "2027-03-01T12:00:00.000000Z",
            },
        }
    )


def send(api, body, *, event_id="evt_1", at=None, **headers):
    timestamp = str(int(at or time.time()))
    content = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.digest(base64.b64decode(SECRET), content, hashlib.sha256)
    signed = {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    return api.post(PATH, body, content_type="application/json", headers=signed | headers)


def status_of(shipment):
    return Shipment.objects.get(pk=shipment.id).status


class TestCarrierWebhook:
    def test_keeps_the_event_and_rings_for_it(self, api, shipment, bell):
        answer = send(api, event(shipment))

        kept = CarrierEvent.objects.get()
        assert answer.status_code == 204
        assert (kept.event_id, kept.processed_at) == ("evt_1", None)
        assert bell == [("fulfilment.process_carrier_event", {"event_id": str(kept.id)})]
        assert status_of(shipment) == "dispatched"

    def test_keeps_an_event_once(self, api, shipment, bell):
        assert [send(api, event(shipment)).status_code for _ in range(3)] == [204] * 3

        assert CarrierEvent.objects.count() == len(bell) == 1

    @pytest.mark.parametrize(
        "forgery",
        [
            {"webhook-signature": ""},
            {"webhook-signature": "v1,Zm9yZ2Vk"},
            {"webhook-id": "evt_2"},
            {"webhook-timestamp": "1"},
            {"webhook-timestamp": "soon"},
        ],
    )
    def test_keeps_nothing_that_is_forged(self, api, shipment, forgery):
        answer = send(api, event(shipment), **forgery)

        assert (answer.status_code, answer.json()["code"]) == (422, "bad_signature")
        assert not CarrierEvent.objects.exists()

    def test_keeps_nothing_that_is_old(self, api, shipment):
        assert send(api, event(shipment), at=time.time() - 301).status_code == 422

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null\x00"])
    def test_keeps_nothing_that_is_no_json(self, api, body):
        assert send(api, body).status_code == 400

    def test_keeps_nothing_that_is_too_large(self, api):
        assert send(api, b'"' + b"x" * 300_000 + b'"').status_code == 413

    @pytest.mark.django_db(transaction=True)
    def test_keeps_an_event_once_that_comes_many_times_at_once(self, api, shipment):
        body = event(shipment)

        outcomes = at_once([lambda: send(api, body)] * 20)

        assert outcomes == {"done": 20}
        assert CarrierEvent.objects.count() == 1


class TestProcessEvents:
    def test_moves_the_shipment(self, api, shipment):
        send(api, event(shipment))

        assert process_events(now=clock.now()) == 1

        assert status_of(shipment) == "delivered"
        kept = CarrierEvent.objects.get()
        assert (kept.next_attempt_at, kept.last_error) == (None, "")
        assert process_events(now=clock.now()) == 0

    def test_does_only_the_one_that_was_rung_for(self, api, shipment):
        send(api, event(shipment, status="in_transit", sequence=3), event_id="evt_1")
        send(api, event(shipment, status="exception", sequence=4), event_id="evt_2")
        second = CarrierEvent.objects.get(event_id="evt_2")

        process_events(now=clock.now(), event_id=second.id)

        assert status_of(shipment) == "exception"
        assert CarrierEvent.objects.get(event_id="evt_1").processed_at is None

    def test_keeps_what_fails_and_does_the_others(self, api, shipment):
        stranger = Shipment(id=new_id(), tracking_number="1")
        send(api, event(stranger), event_id="evt_1")
        send(api, event(shipment), event_id="evt_2")

        process_events(now=clock.now())

        failed = CarrierEvent.objects.get(event_id="evt_1")
        assert "ShipmentNotFound" in failed.last_error
        assert failed.next_attempt_at > clock.now()
        assert status_of(shipment) == "delivered"

    @pytest.mark.parametrize(
        "body",
        [b"[]", b"7", b'{"type": "tracking.updated"}', b'{"type": "tracking.updated", "data": 7}'],
    )
    def test_keeps_what_nobody_understands(self, api, body):
        send(api, body)

        process_events(now=clock.now())

        assert CarrierEvent.objects.get().last_error

    def test_has_nothing_to_do_for_a_type_it_does_not_know(self, api):
        send(api, b'{"type": "price.changed", "data": {}}')

        process_events(now=clock.now())

        assert CarrierEvent.objects.get().processed_at is not None

    def test_gives_up_in_the_end_and_waits_for_a_person(self, api):
        send(api, b"[]")
        now = clock.now()

        tries = 0
        while process_events(now=now):
            tries += 1
            now += dt.timedelta(minutes=10)

        kept = CarrierEvent.objects.get()
        assert (tries, kept.attempts) == (12, 12)
        assert (kept.parked_at is not None, kept.next_attempt_at) == (True, None)

    @pytest.mark.django_db(transaction=True)
    def test_works_each_event_off_once_when_many_sweep(self, api, shipment):
        for n in range(2, 12):
            body = event(shipment, status="in_transit", sequence=n, event_id=f"evt_{n}")
            send(api, body, event_id=f"evt_{n}")

        outcomes = at_once([lambda: process_events(now=clock.now())] * 8)

        assert outcomes == {"done": 8}
        assert set(CarrierEvent.objects.values_list("attempts", flat=True)) == {1}
        assert shipment.tracking_events.count() == 10
