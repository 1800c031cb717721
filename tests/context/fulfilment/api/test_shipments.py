"""Shipments over HTTP: the clerk packs and dispatches, the customer looks where it is."""

import pytest

from commerce.fulfilment.shipments.record_tracking import TrackingUpdate, record_tracking
from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import LONG_AGO, dispatched, numbers, packed

pytestmark = pytest.mark.django_db

LIST = "/v1/shipments"


def parcel(fo, **changes):
    return {"fulfilment_order": fo, "location": "east", "weight_g": 1_200} | changes


class TestPackShipment:
    def test_answers_with_the_label(self, clerk, key, fo, mugs, carrier):
        answer = clerk.post(LIST, parcel(fo), format="json", headers=key())

        assert answer.status_code == 201
        shipment = answer.json()
        [label] = carrier.labels.values()
        assert (shipment["status"], shipment["location"]) == ("packed", "east")
        assert shipment["tracking_number"] == label.tracking_number
        assert shipment["label"] == {"format": "zpl", "data": "^XA^XZ"}
        assert shipment["lines"] == [
            {"line": encode("ol", mugs.line_id), "sku": "mug", "title": "Mug", "quantity": 3}
        ]

    def test_packs_some_units(self, clerk, key, fo, mugs):
        lines = [{"line": encode("ol", mugs.line_id), "quantity": 1}]

        answer = clerk.post(LIST, parcel(fo, lines=lines), format="json", headers=key())

        assert [line["quantity"] for line in answer.json()["lines"]] == [1]

    def test_packs_once_under_one_key(self, clerk, key, fo, carrier):
        same = key()

        first = clerk.post(LIST, parcel(fo), format="json", headers=same)
        second = clerk.post(LIST, parcel(fo), format="json", headers=same)

        assert first.content == second.content
        assert len(carrier.labels) == 1

    def test_says_that_the_carrier_has_not_answered(self, clerk, key, fo, carrier):
        carrier.is_silent = True

        shipment = clerk.post(LIST, parcel(fo), format="json", headers=key()).json()

        assert (shipment["status"], shipment["label"]) == ("packing", None)

    def test_says_why_the_carrier_refuses(self, clerk, key, order, fo, carrier):
        type(order).objects.update(delivery_option="by rocket")

        answer = clerk.post(LIST, parcel(fo), format="json", headers=key())

        assert answer.status_code == 422
        assert answer.json()["code"] == "carrier_refused"
        assert answer.json()["carrier_code"] == "invalid"

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"fulfilment_order": "fo_1"}, 422),
            ({"fulfilment_order": encode("fo", new_id())}, 404),
            ({"location": "moon"}, 422),
            ({"location": "west"}, 409),
            ({"weight_g": 0}, 422),
            ({"weight_g": 10**12}, 422),
            ({"lines": []}, 422),
            ({"carrier": "mine"}, 422),
        ],
    )
    def test_refuses_what_makes_no_sense(self, clerk, key, fo, changes, status):
        answer = clerk.post(LIST, parcel(fo, **changes), format="json", headers=key())

        assert answer.status_code == status

    def test_is_for_the_warehouse_alone(self, api, as_ada, key, fo):
        assert api.post(LIST, parcel(fo), format="json", headers=key()).status_code == 401
        assert as_ada.post(LIST, parcel(fo), format="json", headers=key()).status_code == 403


class TestDispatchShipment:
    def test_lets_the_parcel_go_once(self, clerk, key, order):
        path = f"{LIST}/{encode('ship', packed(order).id)}/dispatch"

        first = clerk.post(path, headers=key())
        second = clerk.post(path, headers=key())

        assert (first.status_code, first.json()["status"]) == (200, "dispatched")
        assert second.json()["dispatched_at"] == first.json()["dispatched_at"]
        assert numbers("mug") == (2, 0, 0)

    def test_is_refused_without_a_label(self, clerk, key, order, carrier):
        carrier.is_silent = True
        path = f"{LIST}/{encode('ship', packed(order).id)}/dispatch"

        answer = clerk.post(path, headers=key())

        assert (answer.status_code, answer.json()["current_status"]) == (409, "packing")

    def test_is_for_the_warehouse_alone(self, api, as_ada, key, order):
        path = f"{LIST}/{encode('ship', packed(order).id)}/dispatch"

        assert api.post(path, headers=key()).status_code == 401
        assert as_ada.post(path, headers=key()).status_code == 403


class TestShipmentDetail:
    @pytest.fixture
    def path(self, order):
        shipment = dispatched(order)
        record_tracking(
            shipment_id=shipment.id,
            update=TrackingUpdate(
                sequence=2, status="accepted", occurred_at=LONG_AGO, description="Taken over."
            ),
        )
        return f"{LIST}/{encode('ship', shipment.id)}"

    def test_shows_the_customer_where_it_is(self, as_ada, path):
        shipment = as_ada.get(path).json()

        assert shipment["status"] == "dispatched"
        assert [event["description"] for event in shipment["tracking"]] == ["Taken over."]
        assert "label" not in shipment

    def test_is_shown_to_the_guest_with_the_secret_and_to_staff(self, guest, clerk, path):
        assert guest.get(path).status_code == 200
        assert clerk.get(path).status_code == 200

    def test_is_nobody_elses_business(self, as_somebody_else, api, path):
        assert as_somebody_else.get(path).status_code == 404
        assert api.get(path).status_code == 404
        assert api.get(path, headers={"Client-Secret": "guess"}).status_code == 404
        assert api.get(path, headers={"Client-Secret": ""}).status_code == 404

    def test_is_not_found_where_there_is_none(self, clerk):
        assert clerk.get(f"{LIST}/{encode('ship', new_id())}").status_code == 404
