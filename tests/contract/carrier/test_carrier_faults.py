"""Troubles on command: on the carrier's side of the line, and on the way to the shop."""

import http.client
import time

import pytest

from tests.fakes.carrier_process import ControlRefused, parcel


def buy(carrier, reference="ship-1"):
    return carrier.call("POST", "/v1/shipments", parcel(reference))


def bought(carrier):
    return [x["reference"] for x in carrier.journal() if x["kind"] == "label_bought"]


class TestAnErrorOnCommand:
    def test_before_the_commit_leaves_nothing_behind(self, carrier):
        carrier.control("POST", "faults", {"kind": "error_before_commit", "count": 1})

        assert buy(carrier).status == 500
        assert bought(carrier) == []
        assert buy(carrier).status == 201

    def test_after_the_commit_has_bought_the_label_all_the_same(self, carrier):
        carrier.control("POST", "faults", {"kind": "error_after_commit", "count": 1})

        assert buy(carrier).status == 500
        assert bought(carrier) == ["ship-1"]

        again = buy(carrier)
        assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
        assert bought(carrier) == ["ship-1"]


class TestACutConnection:
    @pytest.mark.parametrize(
        ("kind", "left"), [("cut_before_commit", []), ("cut_after_commit", ["ship-1"])]
    )
    def test_ends_without_an_answer(self, carrier, kind, left):
        carrier.control("POST", "faults", {"kind": kind, "count": 1})

        with pytest.raises((ConnectionError, http.client.HTTPException)):
            buy(carrier)

        assert bought(carrier) == left
        assert carrier.call("GET", "/v1/shipments?reference=ship-1").status == 200


class TestLatency:
    def test_delays_the_answer(self, carrier):
        carrier.control("POST", "faults", {"kind": "latency", "seconds": 0.4, "count": 1})

        started = time.monotonic()
        buy(carrier)

        assert time.monotonic() - started >= 0.4


class TestAFault:
    def test_happens_only_where_and_as_often_as_it_was_asked_for(self, carrier):
        carrier.control(
            "POST",
            "faults",
            {"kind": "error_before_commit", "method": "POST", "path": "/v1/ship*", "count": 2},
        )
        rates = {"from": {"country": "US"}, "to": {"country": "US"}, "parcel": {"weight_g": 1}}

        assert carrier.call("POST", "/v1/rates", rates).status == 200
        assert [buy(carrier).status for _ in range(3)] == [500, 500, 201]
        assert carrier.control("GET", "faults")["data"][0]["fired"] == 2

    def test_with_a_probability_happens_alike_for_the_same_seed(self, carrier):
        def statuses(seed):
            carrier.reset()
            carrier.control(
                "POST",
                "faults",
                {"kind": "error_before_commit", "probability": 0.5, "seed": seed},
            )
            return [buy(carrier).status for _ in range(12)]

        first = statuses(1)
        assert statuses(1) == first
        assert len(set(first)) > 1
        assert any(statuses(seed) != first for seed in range(2, 6))

    def test_can_be_lifted_again_one_or_all(self, carrier):
        first = carrier.control("POST", "faults", {"kind": "error_before_commit"})
        carrier.control("POST", "faults", {"kind": "webhook_never"})

        left = carrier.control("DELETE", f"faults/{first['id']}")["data"]
        assert [x["kind"] for x in left] == ["webhook_never"]

        assert carrier.control("DELETE", "faults") == {"data": []}
        assert carrier.control("GET", "faults") == {"data": []}

    @pytest.mark.parametrize(
        "wish",
        [
            {},
            {"kind": "earthquake"},
            {"kind": "latency", "seconds": -1},
            {"kind": "latency", "secs": 1},
            {"kind": "latency", "count": 0},
            {"kind": "latency", "probability": 2},
        ],
    )
    def test_that_makes_no_sense_is_refused(self, carrier, wish):
        with pytest.raises(ControlRefused, match="invalid"):
            carrier.control("POST", "faults", wish)

    def test_never_strikes_the_control_room(self, carrier):
        carrier.control("POST", "faults", {"kind": "error_before_commit"})

        assert carrier.control("GET", "health")["status"] == "ok"


class TestAWebhookInTrouble:
    def test_arrives_several_times_with_the_same_id(self, carrier, shop):
        carrier.control("POST", "faults", {"kind": "webhook_repeated", "times": 3, "count": 1})
        buy(carrier)

        heard = shop.wait_for(3)

        assert len({x.id for x in heard}) == 1
        assert len({x.content for x in heard}) == 1

    def test_arrives_late_and_so_after_its_successor(self, carrier, shop):
        carrier.control(
            "POST", "faults", {"kind": "webhook_late", "status": "label_created", "seconds": 0.8}
        )
        number = buy(carrier).body["tracking_number"]
        carrier.advance(number)

        heard = shop.wait_for(2)

        assert [x.body["data"]["status"] for x in heard] == ["accepted", "label_created"]

    def test_arrives_shuffled_among_the_others(self, carrier, shop):
        carrier.control("POST", "faults", {"kind": "webhook_shuffled", "seconds": 0.8, "seed": 1})
        number = buy(carrier).body["tracking_number"]
        carrier.advance(number, to="delivered")

        sequence = [x.body["data"]["sequence"] for x in shop.wait_for(5)]

        assert sorted(sequence) == [1, 2, 3, 4, 5]
        assert sequence != [1, 2, 3, 4, 5]

    def test_never_arrives(self, carrier, shop):
        carrier.control("POST", "faults", {"kind": "webhook_never", "status": "accepted"})
        number = buy(carrier).body["tracking_number"]
        carrier.advance(number, to="in_transit")

        heard = shop.wait_for(2)

        assert [x.body["data"]["status"] for x in heard] == ["label_created", "in_transit"]
        assert carrier.control("GET", "health")["pending_webhooks"] <= 1
