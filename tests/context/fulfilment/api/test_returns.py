"""Returns over HTTP: the customer announces, the warehouse takes in."""

import pytest

from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import dispatched, numbers

pytestmark = pytest.mark.django_db

LIST = "/v1/returns"


@pytest.fixture
def shipped(order):
    dispatched(order)
    return order


def announcement(shipped, mugs, quantity=2, **changes):
    return {
        "order": encode("ord", shipped.order_id),
        "reason": "too small",
        "lines": [{"line": encode("ol", mugs.line_id), "quantity": quantity}],
    } | changes


@pytest.fixture
def announced(shipped, mugs, as_ada, key):
    answer = as_ada.post(LIST, announcement(shipped, mugs), format="json", headers=key())
    return f"{LIST}/{answer.json()['id']}"


class TestRequestReturn:
    def test_is_the_customers(self, shipped, mugs, as_ada, key):
        answer = as_ada.post(LIST, announcement(shipped, mugs), format="json", headers=key())

        assert answer.status_code == 201
        asked = answer.json()
        assert (asked["status"], asked["reason"]) == ("requested", "too small")
        assert [line["quantity"] for line in asked["lines"]] == [2]

    def test_is_the_guests_with_the_secret(self, shipped, mugs, guest, key):
        answer = guest.post(LIST, announcement(shipped, mugs), format="json", headers=key())

        assert answer.status_code == 201
        assert guest.get(f"{LIST}/{answer.json()['id']}").status_code == 200

    def test_asks_once_under_one_key(self, shipped, mugs, as_ada, key):
        same, wish = key(), announcement(shipped, mugs, 3)

        first = as_ada.post(LIST, wish, format="json", headers=same)
        second = as_ada.post(LIST, wish, format="json", headers=same)

        assert first.content == second.content

    def test_is_nobody_elses(self, shipped, mugs, as_somebody_else, api, key):
        for client in (as_somebody_else, api):
            answer = client.post(LIST, announcement(shipped, mugs), format="json", headers=key())
            assert answer.status_code == 404

    def test_refuses_more_than_has_left(self, shipped, mugs, as_ada, key):
        answer = as_ada.post(LIST, announcement(shipped, mugs, 4), format="json", headers=key())

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "quantity_exceeds_returnable")
        assert (problem["wanted"], problem["returnable"]) == (4, 3)

    @pytest.mark.parametrize(
        "changes",
        [{"order": "ord_1"}, {"reason": ""}, {"lines": []}, {"lines": None}, {"refund": True}],
    )
    def test_refuses_what_makes_no_sense(self, shipped, mugs, as_ada, key, changes):
        wish = announcement(shipped, mugs, **changes)

        assert as_ada.post(LIST, wish, format="json", headers=key()).status_code == 422


class TestReturns:
    def test_are_listed_to_whom_they_belong(self, announced, as_ada, as_somebody_else, clerk, api):
        assert [len(client.get(LIST).json()["data"]) for client in (as_ada, clerk)] == [1, 1]
        assert as_somebody_else.get(LIST).json()["data"] == []
        assert api.get(LIST).status_code == 401

    def test_are_shown_to_whom_they_belong(self, announced, as_ada, guest, clerk, as_somebody_else):
        for client in (as_ada, guest, clerk):
            assert client.get(announced).json()["status"] == "requested"
        assert as_somebody_else.get(announced).status_code == 404

    def test_are_found_by_status(self, announced, clerk):
        assert clerk.get(LIST, {"filter[status]": "approved"}).json()["data"] == []
        assert clerk.get(LIST, {"filter[status]": "worn"}).status_code == 400


class TestTakingIn:
    def test_goes_all_the_way(self, announced, clerk, key, mugs):
        assert clerk.post(f"{announced}/approve").json()["status"] == "approved"
        arrival = {
            "location": "east",
            "lines": [
                {"line": encode("ol", mugs.line_id), "restocked": 1, "written_off": 1},
            ],
        }

        received = clerk.post(f"{announced}/receive", arrival, format="json", headers=key())

        assert received.json()["status"] == "received"
        assert received.json()["lines"][0]["restocked"] == 1
        assert numbers("mug") == (3, 0, 0)
        assert clerk.post(f"{announced}/close").json()["status"] == "closed"

    def test_takes_everything_as_announced_when_nothing_else_is_said(self, announced, clerk, key):
        clerk.post(f"{announced}/approve")

        received = clerk.post(f"{announced}/receive", headers=key())

        assert received.json()["lines"][0]["restocked"] == 2
        assert numbers("mug") == (4, 0, 0)

    def test_may_end_in_a_no(self, announced, clerk):
        rejected = clerk.post(f"{announced}/reject", {"reason": "worn"}, format="json").json()

        assert (rejected["status"], rejected["rejection_reason"]) == ("rejected", "worn")

    def test_counts_no_more_than_was_announced(self, announced, clerk, key, mugs):
        clerk.post(f"{announced}/approve")
        arrival = {
            "location": "east",
            "lines": [{"line": encode("ol", mugs.line_id), "restocked": 6}],
        }

        answer = clerk.post(f"{announced}/receive", arrival, format="json", headers=key())

        assert (answer.status_code, answer.json()["code"]) == (409, "received_exceeds_announced")

    @pytest.mark.parametrize("act", ["approve", "reject", "receive", "close"])
    def test_is_for_staff_alone(self, announced, as_ada, api, key, act):
        for client, status in ((as_ada, 403), (api, 401)):
            assert client.post(f"{announced}/{act}", headers=key()).status_code == status

    @pytest.mark.parametrize("act", ["approve", "close"])
    def test_is_not_found_where_there_is_none(self, clerk, act):
        assert clerk.post(f"{LIST}/{encode('ret', new_id())}/{act}").status_code == 404
