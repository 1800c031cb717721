"""Fulfilment orders over HTTP: what the warehouse sees and decides."""

import pytest

from commerce.identity.models import AuditEntry
from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import line, numbers, ordered, stock, told

pytestmark = pytest.mark.django_db

LIST = "/v1/fulfilment-orders"


class TestFulfilmentOrders:
    def test_show_what_is_to_be_delivered(self, clerk, order, mugs, fo):
        [found] = clerk.get(LIST).json()["data"]

        assert found == clerk.get(f"{LIST}/{fo}").json()
        assert (found["id"], found["order"]) == (fo, encode("ord", order.order_id))
        assert (found["status"], found["ship_to"]["city"]) == ("open", "Portland")
        assert found["lines"] == [
            {
                "line": encode("ol", mugs.line_id),
                "sku": "mug",
                "title": "Mug",
                "quantity": 3,
                "needs_approval": False,
                "is_made_to_order": False,
                "bundle": None,
                "allocations": [
                    {"location": "east", "quantity": 3, "open": 3, "packed": 0, "canceled": 0}
                ],
            }
        ]

    def test_are_found_by_status_and_by_order(self, clerk, order):
        by_status = clerk.get(LIST, {"filter[status]": "on_hold"}).json()["data"]
        by_order = clerk.get(LIST, {"filter[order]": encode("ord", order.order_id)}).json()["data"]

        assert (len(by_status), len(by_order)) == (0, 1)

    @pytest.mark.parametrize(
        "query",
        [{"filter[status]": "lost"}, {"filter[order]": "7"}, {"status": "open"}, {"limit": "0"}],
    )
    def test_refuse_a_question_that_makes_no_sense(self, clerk, query):
        assert clerk.get(LIST, query).status_code == 400

    def test_are_for_staff_alone(self, api, as_ada, fo):
        for path in (LIST, f"{LIST}/{fo}"):
            assert api.get(path).status_code == 401
            assert as_ada.get(path).status_code == 403

    def test_are_not_found_where_there_is_none(self, clerk):
        unknown = encode("fo", new_id())
        assert clerk.get(f"{LIST}/{unknown}").status_code == 404
        for act in ("approve", "release"):
            assert clerk.post(f"{LIST}/{unknown}/{act}").status_code == 404

    @pytest.mark.django_db(transaction=True)
    def test_cost_the_same_for_many(self, clerk, django_assert_max_num_queries):
        stock("mug", east=50)
        for _ in range(10):
            ordered(line("mug"), line("mug", 2))

        with django_assert_max_num_queries(6):
            clerk.get(LIST)


class TestDecisions:
    def test_hold_and_release(self, clerk, fo):
        held = clerk.post(f"{LIST}/{fo}/hold", {"reason": "address?"}, format="json").json()
        released = clerk.post(f"{LIST}/{fo}/release").json()

        assert (held["status"], held["hold_reason"]) == ("on_hold", "address?")
        assert (released["status"], released["hold_reason"]) == ("open", None)
        assert list(AuditEntry.objects.values_list("action", "subject").order_by("id")) == [
            ("fulfilment.fulfilment_order.hold", fo),
            ("fulfilment.fulfilment_order.release", fo),
        ]

    def test_approve(self, clerk):
        stock("mug", east=1)
        fo = encode("fo", ordered(line("mug", needs_approval=True)).id)

        assert clerk.post(f"{LIST}/{fo}/release").json()["code"] == "wrong_status"
        assert clerk.post(f"{LIST}/{fo}/approve").json()["status"] == "open"

    def test_cancel_some_units(self, clerk, key, fo, mugs):
        wish = {
            "reason": "broken",
            "lines": [{"line": encode("ol", mugs.line_id), "quantity": 1}],
        }
        same = key()

        answer = clerk.post(f"{LIST}/{fo}/cancel", wish, format="json", headers=same)
        clerk.post(f"{LIST}/{fo}/cancel", wish, format="json", headers=same)

        assert answer.json()["lines"][0]["allocations"][0]["canceled"] == 1
        assert numbers("mug") == (5, 0, 2)
        assert len(told("fulfilment.fulfilment_canceled.v1")) == 1

    def test_cancel_everything(self, clerk, key, fo):
        answer = clerk.post(
            f"{LIST}/{fo}/cancel", {"reason": "fraud"}, format="json", headers=key()
        )

        assert (answer.json()["status"], answer.json()["cancel_reason"]) == ("canceled", "fraud")
        assert numbers("mug") == (5, 0, 0)

    def test_cancel_no_more_than_is_open(self, clerk, key, fo, mugs):
        wish = {"reason": "broken", "lines": [{"line": encode("ol", mugs.line_id), "quantity": 4}]}

        answer = clerk.post(f"{LIST}/{fo}/cancel", wish, format="json", headers=key())

        assert (answer.status_code, answer.json()["open_units"]) == (409, 3)

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            "all",
            [{"line": "ol_1", "quantity": 1}],
            [{"line": encode("ol", new_id()), "quantity": 0}],
            [{"quantity": 1}],
            [[]],
        ],
    )
    def test_cancel_nothing_that_makes_no_sense(self, clerk, key, fo, lines):
        wish = {"reason": "broken", "lines": lines}

        answer = clerk.post(f"{LIST}/{fo}/cancel", wish, format="json", headers=key())

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"].startswith("/lines")

    def test_cancel_no_line_that_is_named_twice(self, clerk, key, fo, mugs):
        same = {"line": encode("ol", mugs.line_id), "quantity": 1}

        answer = clerk.post(
            f"{LIST}/{fo}/cancel",
            {"reason": "broken", "lines": [same, same]},
            format="json",
            headers=key(),
        )

        assert answer.json()["errors"][0]["code"] == "line_twice"

    @pytest.mark.parametrize("act", ["approve", "hold", "release", "cancel"])
    def test_are_not_a_customers(self, as_ada, api, key, fo, act):
        for client, status in ((as_ada, 403), (api, 401)):
            answer = client.post(
                f"{LIST}/{fo}/{act}", {"reason": "mine"}, format="json", headers=key()
            )
            assert answer.status_code == status
