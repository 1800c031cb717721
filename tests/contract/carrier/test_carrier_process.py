"""The carrier as a process: what survives a kill, and what it refuses to start with."""

import http.client
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from tests.fakes.carrier_process import ROOT, carrier_sandbox, parcel
from tests.fakes.webhook_receiver import webhook_receiver


def buy(carrier, reference="ship-1"):
    return carrier.call("POST", "/v1/shipments", parcel(reference))


def start(*arguments):
    """Start a carrier that is expected to give up at once."""
    return subprocess.run(
        [sys.executable, "-m", "sandbox.carrier", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.faults
class TestAfterAKill:
    def test_everything_that_was_answered_is_still_there(self, tmp_path):
        with carrier_sandbox(tmp_path) as carrier:
            number = buy(carrier).body["tracking_number"]
            shipment = carrier.advance(number, to="in_transit")
            fault = carrier.control("POST", "faults", {"kind": "latency", "path": "/v1/rates"})
            journal = carrier.journal()

            carrier.kill()
            carrier.start()

            assert carrier.call("GET", f"/v1/shipments/{number}").body == shipment
            assert carrier.journal() == journal
            assert carrier.control("GET", "faults")["data"] == [fault]
            assert buy(carrier).headers["idempotent-replayed"] == "true"
            assert buy(carrier, "ship-2").body["tracking_number"] != number

    def test_in_the_middle_of_a_rush_no_label_is_lost_or_bought_twice(self, tmp_path):
        references = [f"ship-{n}" for n in range(200)]
        answered = {}

        def try_to_buy(reference):
            try:
                answered[reference] = buy(carrier, reference).body["tracking_number"]
            except (OSError, http.client.HTTPException):
                """Nobody knows now whether this label was bought."""

        with carrier_sandbox(tmp_path) as carrier, ThreadPoolExecutor(8) as pool:
            rush = [pool.submit(try_to_buy, reference) for reference in references]
            while len(answered) < 50:
                time.sleep(0.001)
            carrier.kill()
            wait(rush)
            before = dict(answered)
            carrier.start()
            for reference in references:
                try_to_buy(reference)
            bought = Counter(x["reference"] for x in carrier.journal())

        assert 50 <= len(before) < 200
        assert before.items() <= answered.items()
        assert bought == Counter(references)
        assert len(set(answered.values())) == 200

    def test_webhooks_that_were_not_taken_are_sent(self, tmp_path):
        with webhook_receiver() as shop:
            port = int(shop.url.split(":")[2].split("/")[0])
        with carrier_sandbox(tmp_path, webhook_url=shop.url) as carrier:
            number = buy(carrier).body["tracking_number"]
            carrier.advance(number)
            carrier.kill()
            with webhook_receiver(port) as shop:
                carrier.start()
                carrier.control("POST", "deliveries/redeliver")

                heard = shop.wait_for(2)

        assert {x.body["data"]["status"] for x in heard} == {"label_created", "accepted"}

    def test_webhooks_that_were_taken_are_not_sent_again(self, tmp_path):
        with (
            webhook_receiver() as shop,
            carrier_sandbox(tmp_path, webhook_url=shop.url) as carrier,
        ):
            buy(carrier)
            shop.wait_for(1)
            while carrier.control("GET", "health")["pending_webhooks"]:
                time.sleep(0.01)
            carrier.kill()
            carrier.start()
            buy(carrier, "ship-2")

            references = [x.body["data"]["reference"] for x in shop.wait_for(2)]

        assert references == ["ship-1", "ship-2"]


class TestStopping:
    def test_in_order_ends_with_success_and_frees_port_and_state(self, tmp_path):
        with carrier_sandbox(tmp_path) as carrier:
            assert carrier.stop() == 0

            carrier.start()

            assert carrier.control("GET", "health")["status"] == "ok"


class TestStarting:
    def test_twice_in_one_place_is_refused(self, tmp_path):
        with carrier_sandbox(tmp_path) as carrier:
            second = start("--port", 0, "--state", carrier.state)

        assert second.returncode == 1
        assert "another carrier is at work" in second.stderr

    def test_on_a_taken_port_is_refused(self, tmp_path):
        with carrier_sandbox(tmp_path) as carrier:
            port = carrier.base.rpartition(":")[2]
            second = start("--port", port, "--state", tmp_path / "other")

        assert second.returncode == 1
        assert "cannot listen" in second.stderr

    @pytest.mark.parametrize(
        ("url", "secret"),
        [
            ("http://127.0.0.1:9/", "not-a-secret"),
            ("http://127.0.0.1:9/", "whsec_"),
            ("http://127.0.0.1:9/", "whsec_not base64"),
            ("ftp://127.0.0.1/", "whsec_c2VjcmV0"),
        ],
    )
    def test_with_an_endpoint_that_cannot_work_is_refused(self, tmp_path, url, secret):
        arguments = ("--webhook-url", url, "--webhook-secret", secret)

        refused = start("--port", 0, "--state", tmp_path, *arguments)

        assert refused.returncode == 1
        assert refused.stderr.startswith("sandbox.carrier: ")
