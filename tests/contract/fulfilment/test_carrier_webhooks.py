"""The sandbox carrier tells the real endpoint: what it signs we accept, in any order, repeated."""

import time

import pytest

from commerce.fulfilment.api import carrier_webhook
from commerce.fulfilment.carriers import our_carrier
from commerce.fulfilment.carriers.http_carrier import HttpCarrier
from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.carriers.process_events import process_events
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared import clock
from tests.factories.fulfilment import dispatched, line, ordered, packed, stock, told
from tests.fakes.carrier_process import WEBHOOK_SECRET, carrier_sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carrier(tmp_path, live_server, settings, monkeypatch):
    """A carrier on the line, both ways: we ask it over HTTP, and it calls us."""
    settings.CARRIER_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    monkeypatch.setattr(carrier_webhook, "ring", lambda *_, **__: None)
    with carrier_sandbox(tmp_path, webhook_url=f"{live_server.url}/v1/webhooks/carrier") as sandbox:
        gateway = HttpCarrier(base_url=sandbox.base, api_key=sandbox.api_key)
        monkeypatch.setattr(our_carrier, "our_carrier", lambda: gateway)
        yield sandbox


def heard(events: int) -> None:
    """Wait until so many different events were stored, then work them off."""
    deadline = time.monotonic() + 20
    while CarrierEvent.objects.count() < events and time.monotonic() < deadline:
        time.sleep(0.05)
    assert CarrierEvent.objects.count() == events
    process_events(now=clock.now())


class TestCarrierWebhooks:
    def test_bring_a_parcel_to_the_door(self, carrier):
        stock("mug", east=5)
        shipment = dispatched(ordered(line("mug", 2)))

        carrier.advance(shipment.tracking_number, to="delivered")
        heard(events=5)

        assert Shipment.objects.get().status == "delivered"
        assert len(told("fulfilment.shipment_delivered.v1")) == 1

    def test_end_the_same_when_they_come_repeated_and_in_disorder(self, carrier):
        carrier.control("POST", "faults", {"kind": "webhook_repeated", "times": 3})
        carrier.control("POST", "faults", {"kind": "webhook_shuffled", "seconds": 1, "seed": 7})
        stock("mug", east=5)
        shipment = packed(ordered(line("mug", 2)))

        carrier.advance(shipment.tracking_number, to="delivered")
        heard(events=5)

        assert Shipment.objects.get().status == "delivered"
        assert len(told("fulfilment.shipment_dispatched.v1")) == 1
        assert len(told("fulfilment.shipment_delivered.v1")) == 1

    def test_are_refused_when_they_are_signed_with_another_secret(self, carrier, settings):
        settings.CARRIER_WEBHOOK_SECRETS = ["whsec_c29tZWJvZHkgZWxzZQ=="]
        stock("mug", east=5)

        packed(ordered(line("mug")))

        deadline = time.monotonic() + 20
        answers: set[str] = set()
        while not answers and time.monotonic() < deadline:
            deliveries = carrier.control("GET", "deliveries")["data"]
            answers = {each["answer"] for each in deliveries if each["answer"]}
        assert answers == {"422"}
        assert not CarrierEvent.objects.exists()
