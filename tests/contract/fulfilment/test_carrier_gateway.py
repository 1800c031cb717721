"""What fulfilment relies on of a carrier; asked of the fake and of the sandbox alike."""

import dataclasses

import pytest
from django.db import transaction

from commerce.fulfilment.carriers.gateway import (
    CarrierRefused,
    CarrierUnavailable,
    LabelOrder,
)
from commerce.fulfilment.carriers.http_carrier import HttpCarrier
from commerce.fulfilment.interface.dto import Address
from commerce.shared.db import NeighbourCalledInTransaction

EAST = Address(name="East", line1="100 East Way", city="Columbus", region="OH", country="US")
ADA = Address(name="Ada L.", line1="1 Main St", city="Portland", country="US")


def parcel(reference="ship_1", **changes):
    order = LabelOrder(
        reference=reference, service="standard", sender=EAST, receiver=ADA, weight_g=1_200
    )
    return dataclasses.replace(order, **changes)


class TestBuyLabel:
    def test_gives_what_is_stuck_on_the_parcel(self, gateway):
        label = gateway.buy_label(parcel())

        assert len(label.tracking_number) == 18
        assert (label.carrier, label.format) == ("sandbox", "zpl")
        assert label.data.startswith("^XA")

    def test_gives_the_same_label_for_the_same_reference(self, gateway):
        assert gateway.buy_label(parcel()) == gateway.buy_label(parcel())

    def test_gives_another_label_for_another_reference(self, gateway):
        first, second = gateway.buy_label(parcel("ship_1")), gateway.buy_label(parcel("ship_2"))

        assert first.tracking_number != second.tracking_number

    def test_refuses_another_parcel_under_the_same_reference(self, gateway):
        gateway.buy_label(parcel())

        with pytest.raises(CarrierRefused) as refused:
            gateway.buy_label(parcel(weight_g=9_999))

        assert refused.value.carrier_code == "reference_reused"

    def test_refuses_a_service_it_does_not_have(self, gateway):
        with pytest.raises(CarrierRefused) as refused:
            gateway.buy_label(parcel(service="by rocket"))

        assert refused.value.carrier_code == "invalid"

    def test_refuses_a_label_that_was_given_back(self, gateway):
        gateway.buy_label(parcel())
        gateway.give_label_back(reference="ship_1")

        with pytest.raises(CarrierRefused) as refused:
            gateway.buy_label(parcel())

        assert refused.value.carrier_code == "canceled"


class TestGiveLabelBack:
    def test_may_be_repeated(self, gateway):
        gateway.buy_label(parcel())

        gateway.give_label_back(reference="ship_1")
        gateway.give_label_back(reference="ship_1")

    def test_has_nothing_to_do_where_none_was_bought(self, gateway):
        gateway.give_label_back(reference="never heard of")


class TestHttpCarrier:
    def test_does_not_give_back_what_is_under_way(self, http_carrier, sandbox):
        label = http_carrier.buy_label(parcel())
        sandbox.advance(label.tracking_number, to="in_transit")

        with pytest.raises(CarrierRefused) as refused:
            http_carrier.give_label_back(reference="ship_1")

        assert refused.value.carrier_code == "not_cancelable"

    def test_does_not_send_parcels_where_nobody_goes(self, http_carrier):
        there = dataclasses.replace(ADA, country="AQ")

        with pytest.raises(CarrierRefused) as refused:
            http_carrier.buy_label(parcel(receiver=there))

        assert refused.value.carrier_code == "not_served"

    @pytest.mark.parametrize("trouble", ["error", "cut"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_buys_one_label_although_the_first_answer_is_lost(
        self, http_carrier, sandbox, trouble, when
    ):
        fault = {"kind": f"{trouble}_{when}_commit", "method": "POST", "count": 1}
        sandbox.control("POST", "faults", fault)

        with pytest.raises(CarrierUnavailable):
            http_carrier.buy_label(parcel())
        http_carrier.buy_label(parcel())

        bought = [entry for entry in sandbox.journal() if entry["kind"] == "label_bought"]
        assert len(bought) == 1

    def test_does_not_wait_for_ever(self, http_carrier, sandbox, monkeypatch):
        monkeypatch.setattr("commerce.fulfilment.carriers.http_carrier.TIMEOUTS_S", (2, 0.2))
        sandbox.control("POST", "faults", {"kind": "latency", "seconds": 2, "count": 1})

        with pytest.raises(CarrierUnavailable):
            http_carrier.buy_label(parcel())

    def test_says_that_a_carrier_is_away(self, http_carrier, sandbox):
        sandbox.kill()

        with pytest.raises(CarrierUnavailable):
            http_carrier.buy_label(parcel())

    def test_does_not_take_a_wrong_key_for_a_refusal_of_the_parcel(self, sandbox):
        stranger = HttpCarrier(base_url=sandbox.base, api_key="wrong")

        with pytest.raises(CarrierUnavailable):
            stranger.buy_label(parcel())

    @pytest.mark.django_db
    def test_is_never_called_inside_a_transaction(self, http_carrier):
        with pytest.raises(NeighbourCalledInTransaction), transaction.atomic():
            http_carrier.buy_label(parcel())
