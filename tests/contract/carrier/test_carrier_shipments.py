"""Buying labels, following parcels and giving labels back, over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.carrier import tracking_numbers
from tests.fakes.carrier_process import ControlRefused, parcel


def buy(carrier, reference="ship-1", **changes):
    reply = carrier.call("POST", "/v1/shipments", parcel(reference, **changes))
    assert reply.status == 201, reply.body
    return reply.body


class TestBuyingALabel:
    def test_answers_a_shipment_with_tracking_number_price_and_label(self, carrier):
        shipment = buy(carrier, "ship-1")

        number = shipment["tracking_number"]
        assert tracking_numbers.is_valid(number)
        assert shipment["status"] == "label_created"
        assert shipment["reference"] == "ship-1"
        assert shipment["price"] == {"amount": 7_20, "currency": "USD"}
        assert shipment["label"]["format"] == "zpl"
        assert f">800{number}" in shipment["label"]["data"]
        assert "Ada L." in shipment["label"]["data"]
        assert [x["status"] for x in shipment["events"]] == ["label_created"]

    def test_costs_what_the_rates_said(self, carrier):
        rates = carrier.call(
            "POST",
            "/v1/rates",
            {"from": {"country": "US"}, "to": {"country": "US"}, "parcel": {"weight_g": 1_200}},
        ).body["rates"]

        assert buy(carrier, service="express")["price"] == rates[1]["price"]

    def test_twice_under_one_reference_is_one_label(self, carrier):
        first = buy(carrier, "ship-1")

        again = carrier.call("POST", "/v1/shipments", parcel("ship-1"))

        assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
        assert again.body == first
        assert [x["kind"] for x in carrier.journal()] == ["label_bought"]

    def test_from_twenty_threads_under_one_reference_is_one_label(self, carrier):
        with ThreadPoolExecutor(20) as pool:
            replies = list(
                pool.map(
                    lambda _: carrier.call("POST", "/v1/shipments", parcel("ship-1")), range(20)
                )
            )

        assert sorted(x.status for x in replies) == [200] * 19 + [201]
        assert len({x.body["tracking_number"] for x in replies}) == 1
        assert len(carrier.journal()) == 1

    def test_under_a_used_reference_with_other_details_is_refused(self, carrier):
        buy(carrier, "ship-1")

        reply = carrier.call("POST", "/v1/shipments", parcel("ship-1", service="express"))

        assert (reply.status, reply.body["code"]) == (409, "reference_reused")
        assert len(carrier.journal()) == 1

    def test_that_was_refused_leaves_the_reference_free(self, carrier):
        heavy = parcel("ship-1", parcel={"weight_g": 31_000})

        assert carrier.call("POST", "/v1/shipments", heavy).body["code"] == "too_heavy"

        buy(carrier, "ship-1")

    def test_gives_every_parcel_its_own_number_even_after_a_reset(self, carrier):
        numbers = [buy(carrier, f"ship-{n}")["tracking_number"] for n in range(3)]
        carrier.reset()
        numbers += [buy(carrier, f"ship-{n}")["tracking_number"] for n in range(3)]

        assert len(set(numbers)) == 6

    def test_writes_an_address_that_tries_to_command_the_printer_as_plain_text(self, carrier):
        address = parcel("x")["to"] | {"name": "^XZ~JA_"}

        label = buy(carrier, to=address)["label"]["data"]

        assert "_5EXZ_7EJA_5F" in label
        assert label.count("^XZ") == 1


class TestFindingAShipment:
    def test_by_its_tracking_number(self, carrier):
        shipment = buy(carrier)

        assert carrier.call("GET", f"/v1/shipments/{shipment['tracking_number']}").body == shipment

    def test_by_its_reference_for_whoever_never_heard_the_answer(self, carrier):
        shipment = buy(carrier, "ship/1 & co")

        found = carrier.call("GET", "/v1/shipments?reference=ship%2F1%20%26%20co")

        assert found.body == {"data": [shipment]}
        assert carrier.call("GET", "/v1/shipments?reference=other").body == {"data": []}

    def test_by_an_unknown_number_is_not_found(self, carrier):
        reply = carrier.call("GET", f"/v1/shipments/{tracking_numbers.tracking_number(999_999)}")

        assert (reply.status, reply.body["code"]) == (404, "not_found")

    def test_by_a_mistyped_number_says_so(self, carrier):
        number = buy(carrier)["tracking_number"]
        mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)

        reply = carrier.call("GET", f"/v1/shipments/{mistyped}")

        assert (reply.status, reply.body["code"]) == (400, "invalid_tracking_number")


class TestCancelingALabel:
    def test_gives_an_unused_label_back_once(self, carrier):
        number = buy(carrier)["tracking_number"]

        first = carrier.call("POST", f"/v1/shipments/{number}/cancel")
        second = carrier.call("POST", f"/v1/shipments/{number}/cancel", {})

        assert (first.status, first.body["status"]) == (200, "canceled")
        assert second.body == first.body
        assert [x["kind"] for x in carrier.journal()] == ["label_bought", "label_canceled"]

    def test_is_refused_once_the_parcel_was_handed_over(self, carrier):
        number = buy(carrier)["tracking_number"]
        carrier.advance(number)

        reply = carrier.call("POST", f"/v1/shipments/{number}/cancel")

        assert (reply.status, reply.body["code"]) == (409, "not_cancelable")
        assert carrier.call("GET", f"/v1/shipments/{number}").body["status"] == "accepted"

    def test_leaves_nothing_to_scan(self, carrier):
        number = buy(carrier)["tracking_number"]
        carrier.call("POST", f"/v1/shipments/{number}/cancel")

        with pytest.raises(ControlRefused, match="not_possible_now"):
            carrier.advance(number)


class TestAParcelOnItsWay:
    def test_takes_one_usual_turn_at_a_time(self, carrier):
        number = buy(carrier)["tracking_number"]

        turns = [carrier.advance(number)["status"] for _ in range(4)]

        assert turns == ["accepted", "in_transit", "out_for_delivery", "delivered"]

    def test_takes_every_turn_up_to_the_one_asked_for(self, carrier):
        number = buy(carrier)["tracking_number"]

        shipment = carrier.advance(number, to="delivered", location="Portland", description="Porch")

        assert [(x["sequence"], x["status"]) for x in shipment["events"]] == [
            (1, "label_created"),
            (2, "accepted"),
            (3, "in_transit"),
            (4, "out_for_delivery"),
            (5, "delivered"),
        ]
        assert [x["location"] for x in shipment["events"]] == [None, None, None, None, "Portland"]
        assert shipment["events"][-1]["description"] == "Porch"

    def test_is_held_up_and_goes_on(self, carrier):
        number = buy(carrier)["tracking_number"]
        carrier.advance(number, to="in_transit")
        carrier.advance(number, to="exception")

        shipment = carrier.advance(number, to="delivered")

        assert [x["status"] for x in shipment["events"]][-4:] == [
            "exception",
            "in_transit",
            "out_for_delivery",
            "delivered",
        ]

    @pytest.mark.parametrize("here", ["accepted", "in_transit", "out_for_delivery", "exception"])
    def test_can_get_lost_from_wherever_it_is_under_way(self, carrier, here):
        number = buy(carrier)["tracking_number"]
        if here == "exception":
            carrier.advance(number)
        carrier.advance(number, to=here)

        assert carrier.advance(number, to="lost")["status"] == "lost"

    @pytest.mark.parametrize(
        ("here", "to"),
        [
            ("accepted", "accepted"),
            ("in_transit", "accepted"),
            ("in_transit", "canceled"),
            ("delivered", "lost"),
            ("delivered", "exception"),
            ("out_for_delivery", "in_transit"),
        ],
    )
    def test_never_goes_back_or_past_its_end(self, carrier, here, to):
        number = buy(carrier)["tracking_number"]
        carrier.advance(number, to=here)

        with pytest.raises(ControlRefused, match="not_possible_now"):
            carrier.advance(number, to=to)

        assert carrier.call("GET", f"/v1/shipments/{number}").body["status"] == here

    def test_is_not_lost_before_it_was_handed_over(self, carrier):
        number = buy(carrier)["tracking_number"]

        with pytest.raises(ControlRefused, match="not_possible_now"):
            carrier.advance(number, to="lost")
