"""The checkout over HTTP: who may see it, what is refused and how it is said."""

from __future__ import annotations

import pytest

from commerce.billing.models import Checkout, Order
from commerce.shared.money import Money
from tests.context.billing import requests
from tests.context.billing.flows import BROKE, HOME, SECURE, moved
from tests.context.billing.requests import complete
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.usefixtures("shop")

WISH = {**requests.WISH, "lines": [{"sku": "mug", "quantity": 2}]}


def post(api, url, body, **headers):
    return api.post(f"/v1{url}", body, format="json", headers=headers)


def started(api, **changes):
    return requests.start(api, **{**WISH, **changes})


class TestStarting:
    def test_shows_prices_delivery_and_totals(self, api):
        checkout = started(api)

        assert checkout["status"] == "open"
        assert checkout["lines"][0]["total"] == {"amount": 25_00, "currency": "USD"}
        assert [option["code"] for option in checkout["delivery_options"]] == [
            "standard",
            "express",
        ]
        assert checkout["totals"] == {
            name: {"amount": minor, "currency": "USD"}
            for name, minor in {
                "items": 25_00,
                "discount": 0,
                "delivery": 5_99,
                "tax": 0,
                "total": 30_99,
            }.items()
        } | {"prices_include_tax": False}

    def test_stores_only_a_hash_of_the_secret(self, api):
        checkout = started(api)

        assert len(checkout["client_secret"]) >= 43
        assert checkout["client_secret"] not in str(Checkout.objects.values())

    def test_belongs_to_whoever_is_signed_in(self, api, sign_in):
        ada = UserFactory()
        client = sign_in(ada)

        body = {name: value for name, value in WISH.items() if name != "email"}
        checkout = post(client, "/checkouts", body).json()

        assert checkout["email"] == ada.email
        assert client.get(f"/v1/checkouts/{checkout['id']}").status_code == 200
        assert api.get(f"/v1/checkouts/{checkout['id']}").status_code == 404

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"lines": []}, "/lines"),
            ({"lines": [{"sku": "mug", "quantity": 0}]}, "/lines/0/quantity"),
            ({"lines": [{"sku": "mug", "quantity": -1}]}, "/lines/0/quantity"),
            ({"lines": [{"sku": "mug", "quantity": "2"}]}, "/lines/0/quantity"),
            ({"lines": [{"sku": "mug", "quantity": 10**30}]}, "/lines/0/quantity"),
            ({"lines": [{"sku": "mug", "plan": "x", "quantity": 1}]}, "/lines/0"),
            ({"lines": [{"quantity": 1}]}, "/lines/0"),
            ({"lines": [{"sku": "mug", "quantity": 1, "price": 1}]}, "/lines/0/price"),
            ({"lines": "mug"}, "/lines"),
            ({"currency": "XXX"}, "/currency"),
            ({"currency": 7}, "/currency"),
            ({"email": "nobody"}, "/email"),
            ({"email": None}, "/email"),
            ({"total": 1}, "/total"),
            ({"shipping_address": {**HOME, "postal_code": "1"}}, "/shipping_address/postal_code"),
            ({"shipping_address": {**HOME, "country": "XX"}}, "/shipping_address/country"),
            ({"shipping_address": {**HOME, "country": "us"}}, "/shipping_address/country"),
            ({"shipping_address": {**HOME, "city": ""}}, "/shipping_address/city"),
            ({"shipping_address": {**HOME, "name": "a\x00b"}}, "/shipping_address/name"),
            ({"promotion_codes": ["x"] * 11}, "/promotion_codes"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, api, changes, pointer):
        answer = post(api, "/checkouts", {**WISH, **changes})

        assert answer.status_code == 422, answer.content
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]
        assert not Checkout.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"lines": [{"sku": "cup", "quantity": 1}]}, "unknown_sku"),
            ({"lines": [{"plan": "gym", "quantity": 1}]}, "unknown_plan"),
            ({"currency": "EUR"}, "no_price_in_currency"),
            ({"delivery_option": "pigeon"}, "delivery_option_unknown"),
        ],
    )
    def test_says_what_is_not_sold(self, api, changes, code):
        answer = post(api, "/checkouts", {**WISH, **changes})

        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_sells_nothing_where_nothing_goes(self, api, fulfilment):
        fulfilment.countries.remove("US")

        assert post(api, "/checkouts", WISH).json()["code"] == "not_deliverable"

    def test_sells_nothing_where_the_tax_is_not_known(self, api, fulfilment):
        fulfilment.countries.add("FR")
        paris = {**HOME, "city": "Paris", "region": "", "postal_code": "75001", "country": "FR"}

        answer = post(api, "/checkouts", {**WISH, "shipping_address": paris})

        assert answer.json()["code"] == "tax_unknown"


class TestReading:
    def test_is_for_whoever_holds_the_secret(self, api):
        checkout = started(api)
        url = f"/v1/checkouts/{checkout['id']}"

        mine = api.get(url, headers={"Client-Secret": checkout["client_secret"]})
        assert mine.json() == {k: v for k, v in checkout.items() if k != "client_secret"}
        assert mine["ETag"] == '"1"'
        for secret in ("", "wrong", started(api)["client_secret"]):
            assert api.get(url, headers={"Client-Secret": secret}).status_code == 404

    def test_is_for_staff_too(self, api, sign_in):
        checkout = started(api)
        clerk = sign_in(UserFactory(roles=["support"]))

        assert clerk.get(f"/v1/checkouts/{checkout['id']}").status_code == 200

    def test_lists_the_ways_to_deliver(self, api):
        checkout = started(api)

        answer = api.get(
            f"/v1/checkouts/{checkout['id']}/delivery-options",
            headers={"Client-Secret": checkout["client_secret"]},
        )

        assert answer.json() == {"data": checkout["delivery_options"]}


class TestChanging:
    def change(self, api, checkout, body, **headers):
        return api.patch(
            f"/v1/checkouts/{checkout['id']}",
            body,
            format="json",
            headers={"Client-Secret": checkout["client_secret"], **headers},
        )

    def test_prices_everything_anew(self, api):
        checkout = started(api)

        changed = self.change(
            api,
            checkout,
            {"lines": [{"sku": "pot", "quantity": 1}], "delivery_option": "express"},
        )

        body = changed.json()
        assert (body["version"], body["totals"]["total"]["amount"]) == (2, 30_00 + 14_99)
        assert changed["ETag"] == '"2"'

    def test_is_refused_to_whoever_read_an_older_version(self, api):
        checkout = started(api)
        self.change(api, checkout, {"delivery_option": "express"})

        stale = self.change(api, checkout, {"delivery_option": "standard"}, **{"If-Match": '"1"'})

        assert (stale.status_code, stale.json()["current_version"]) == (412, 2)

    def test_is_refused_once_there_is_an_order(self, api):
        checkout = started(api)
        complete(api, checkout)

        answer = self.change(api, checkout, {"delivery_option": "express"})

        assert (answer.status_code, answer.json()["code"]) == (409, "checkout_completed")

    def test_is_for_its_owner_only(self, api):
        mine, other = started(api), started(api)

        answer = self.change(api, {**mine, "client_secret": other["client_secret"]}, {})

        assert answer.status_code == 404


class TestCompleting:
    def test_answers_as_the_documentation_says(self, api):
        answer = complete(api, started(api))

        body = answer.json()
        assert answer.status_code == 201
        assert body["status"] == "completed"
        assert body["order"]["number"].startswith("R1")
        assert (body["order"]["payment_status"], body["order"]["subscriptions"]) == ("paid", [])
        assert body["order"]["lines"][0]["sku"] == "mug"
        assert body["payment"]["status"] == "succeeded"
        assert body["payment"]["amount"] == {"amount": 30_99, "currency": "USD"}

    def test_replays_the_answer_to_the_same_key(self, api, stripe):
        checkout = started(api)

        first, second = (complete(api, checkout, key="k1") for _ in range(2))

        assert first.content == second.content
        assert (second.status_code, second["Idempotent-Replayed"]) == (201, "true")
        assert moved(stripe) == [30_99]

    def test_refuses_the_same_key_for_something_else(self, api):
        checkout = started(api)
        complete(api, checkout, key="k1")

        answer = complete(api, checkout, key="k1", card="pm_card_mastercard")

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")

    def test_finds_the_order_under_another_key(self, api, stripe):
        checkout = started(api)

        first, second = complete(api, checkout), complete(api, checkout)

        assert first.json()["order"]["id"] == second.json()["order"]["id"]
        assert moved(stripe) == [30_99]

    def test_wants_a_key(self, api):
        checkout = started(api)
        answer = post(
            api,
            f"/checkouts/{checkout['id']}/complete",
            {},
            **{"Client-Secret": checkout["client_secret"]},
        )

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")

    def test_says_that_the_card_was_declined(self, api):
        checkout = started(api)
        answer = complete(api, checkout, card=BROKE, key="k1")

        body = answer.json()
        assert (answer.status_code, body["code"]) == (402, "card_declined")
        assert (body["decline_code"], body["retryable"]) == ("insufficient_funds", True)
        assert complete(api, checkout, card=BROKE, key="k1").content == answer.content
        assert complete(api, checkout, key="k2").status_code == 201

    def test_hands_over_what_3d_secure_needs(self, api):
        answer = complete(api, started(api), card=SECURE)

        body = answer.json()
        assert (answer.status_code, body["status"]) == (202, "requires_action")
        assert body["payment"]["next_action"]["client_secret"].startswith("pi_")

    def test_says_that_nobody_knows_yet(self, api, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )

        answer = complete(api, started(api))

        assert (answer.status_code, answer.json()["status"]) == (202, "processing")

    def test_asks_to_try_later_when_the_provider_is_away(self, api, stripe):
        checkout = started(api)
        stripe.control("POST", "faults", {"kind": "too_many_requests", "count": 1})

        away = complete(api, checkout, key="k1")

        assert (away.status_code, away["Retry-After"]) == (503, "5")
        assert complete(api, checkout, key="k1").status_code == 201
        assert moved(stripe) == [30_99]

    def test_says_which_line_is_out_of_stock(self, api, fulfilment):
        fulfilment.stock["mug"] = 1

        body = complete(api, started(api)).json()

        assert body["code"] == "out_of_stock"
        assert (body["sku"], body["wanted"], body["available"]) == ("mug", 2, 1)
        assert not Order.objects.exists()

    def test_shows_the_new_totals(self, api, catalog):
        checkout = started(api)
        catalog.prices["mug"] = Money(13_00, "USD")

        body = complete(api, checkout).json()

        assert body["code"] == "total_changed"
        assert body["totals"]["total"] == {"amount": 31_99, "currency": "USD"}

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"expected_total": {"amount": -1, "currency": "USD"}}, "/expected_total/amount"),
            ({"expected_total": {"amount": 1.5, "currency": "USD"}}, "/expected_total/amount"),
            ({"expected_total": {"amount": 10**40, "currency": "USD"}}, "/expected_total/amount"),
            ({"expected_total": 5}, "/expected_total"),
            ({"payment_method": "x" * 256}, "/payment_method"),
            ({"payment_method": {"card": "4242"}}, "/payment_method"),
            ({"status": "paid"}, "/status"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, api, body, pointer):
        answer = complete(api, started(api), **body)

        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_is_for_its_owner_only(self, api):
        assert complete(api, started(api), secret=False).status_code == 404
