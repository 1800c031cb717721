"""Stock over HTTP: what could be promised, what is where, and what came or went."""

import pytest

from commerce.identity.models import AuditEntry
from tests.factories.fulfilment import StockLocationFactory, numbers, stock
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

AVAILABILITY = "/v1/availability"
LEVELS = "/v1/stock-levels"
MOVEMENTS = "/v1/stock-movements"


def movement(**changes):
    return {"location": "east", "sku": "mug", "quantity": 2, "reason": "received"} | changes


class TestAvailability:
    def test_is_told_to_anybody_in_the_order_asked(self, api):
        stock("mug", east=20)
        stock("tea", east=3)

        answer = api.get(AVAILABILITY, {"sku": ["tea", "pot", "mug"]})

        assert answer.status_code == 200
        assert answer.json()["data"] == [
            {"sku": "tea", "availability": "low_stock", "available": 3},
            {"sku": "pot", "availability": "out_of_stock", "available": 0},
            {"sku": "mug", "availability": "in_stock", "available": 20},
        ]

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"sku": ""},
            {"sku": "x" * 101},
            {"sku": "a\x00b"},
            {"sku": ["a\x00b", "ok"]},
            {"sku": [str(n) for n in range(101)]},
            {"sku": "mug", "skew": "mug"},
        ],
    )
    def test_refuses_a_question_that_makes_no_sense(self, api, query):
        answer = api.get(AVAILABILITY, query)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")


class TestStockLevels:
    def test_lists_what_is_where(self, clerk):
        stock("mug", east=5, west=2)

        answer = clerk.get(LEVELS, {"filter[sku]": "mug", "filter[location]": "west"})

        assert answer.json()["data"] == [
            {
                "sku": "mug",
                "location": "west",
                "on_hand": 2,
                "reserved": 0,
                "allocated": 0,
                "available": 2,
            }
        ]

    def test_goes_on_where_the_page_before_has_ended(self, clerk):
        for sku in ("a", "b", "c"):
            stock(sku, east=1)

        first = clerk.get(LEVELS, {"limit": 2}).json()
        second = clerk.get(LEVELS, {"limit": 2, "cursor": first["next_cursor"]}).json()

        assert [row["sku"] for row in first["data"] + second["data"]] == ["a", "b", "c"]
        assert (first["has_more"], second["has_more"]) == (True, False)

    def test_is_for_staff_alone(self, api, as_ada):
        assert api.get(LEVELS).status_code == 401
        assert as_ada.get(LEVELS).status_code == 403

    @pytest.mark.django_db(transaction=True)
    def test_costs_the_same_for_many_rows(self, clerk, django_assert_max_num_queries):
        for n in range(20):
            stock(f"sku-{n}", east=1)

        with django_assert_max_num_queries(4):
            clerk.get(LEVELS)


class TestStockMovements:
    @pytest.fixture(autouse=True)
    def east(self, db):
        StockLocationFactory(code="east")

    def test_receives_a_delivery(self, clerk, key):
        answer = clerk.post(MOVEMENTS, movement(), format="json", headers=key())

        assert answer.status_code == 201
        assert answer.json()["on_hand"] == 2
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject) == ("fulfilment.stock.move", "mug")

    def test_moves_once_under_one_key(self, clerk, key):
        same = key()

        first = clerk.post(MOVEMENTS, movement(), format="json", headers=same)
        second = clerk.post(MOVEMENTS, movement(), format="json", headers=same)

        assert second.content == first.content
        assert second["Idempotent-Replayed"] == "true"
        assert numbers("mug") == (2, 0, 0)

    def test_adjusts_what_was_counted(self, clerk, key):
        stock("mug", east=5)
        wish = movement(quantity=-1, reason="counted", expected_on_hand=5, note="shelf 7")

        answer = clerk.post(MOVEMENTS, wish, format="json", headers=key())

        assert answer.json()["on_hand"] == 4

    def test_says_what_is_promised(self, clerk, key, order):
        wish = movement(quantity=-3, reason="lost")

        answer = clerk.post(MOVEMENTS, wish, format="json", headers=key())

        assert answer.status_code == 409
        problem = answer.json()
        assert (problem["code"], problem["on_hand"], problem["promised"]) == (
            "stock_promised",
            5,
            3,
        )

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"quantity": 0}, "/quantity"),
            ({"quantity": -1}, "/quantity"),
            ({"quantity": "2"}, "/quantity"),
            ({"quantity": 10**30}, "/quantity"),
            ({"reason": "shipped"}, "/reason"),
            ({"reason": ["lost"]}, "/reason"),
            ({"sku": ""}, "/sku"),
            ({"sku": "a\x00"}, "/sku"),
            ({"expected_on_hand": 3}, "/expected_on_hand"),
            ({"on_hand": 3}, "/on_hand"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, clerk, key, changes, pointer):
        answer = clerk.post(MOVEMENTS, movement(**changes), format="json", headers=key())

        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_refuses_a_place_nobody_knows(self, clerk, key):
        answer = clerk.post(MOVEMENTS, movement(location="moon"), format="json", headers=key())

        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_location")

    def test_asks_for_an_idempotency_key(self, clerk):
        answer = clerk.post(MOVEMENTS, movement(), format="json")

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")

    def test_is_for_the_warehouse_alone(self, sign_in, key):
        support = sign_in(UserFactory(roles=["support"]))

        answer = support.post(MOVEMENTS, movement(), format="json", headers=key())

        assert answer.status_code == 403
