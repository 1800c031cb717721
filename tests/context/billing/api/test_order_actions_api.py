"""Canceling and refunding over HTTP: who may, and what is refused."""

from __future__ import annotations

import uuid

import pytest

from commerce.billing.models import Refund
from commerce.shared import ids
from tests.context.billing.flows import bought, moved, ship, start
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.usefixtures("shop")


def post(client, order, verb, body=None, *, key=None, **headers):
    return client.post(
        f"/v1/orders/{ids.encode('ord', order.id)}/{verb}",
        body or {},
        format="json",
        headers={"Idempotency-Key": key or str(uuid.uuid4()), **headers},
    )


@pytest.fixture
def clerk(sign_in):
    return sign_in(UserFactory(roles=["support"]))


@pytest.fixture
def order():
    return bought()


class TestCanceling:
    def test_is_for_the_customer_before_it_ships(self, sign_in, stripe):
        ada = UserFactory()
        order = bought(user_id=ada.id)

        answer = post(sign_in(ada), order, "cancel")

        assert answer.status_code == 200, answer.content
        assert (answer.json()["status"], answer.json()["payment_status"]) == (
            "canceled",
            "refunded",
        )
        assert moved(stripe, "refund_succeeded") == [30_99]

    def test_is_for_a_guest_with_the_secret(self, api):
        from tests.context.billing.flows import complete

        started = start()
        order = complete(started).order

        assert post(api, order, "cancel").status_code == 404
        answer = post(api, order, "cancel", **{"Client-Secret": started.client_secret})
        assert answer.status_code == 200

    def test_is_for_staff(self, clerk, order):
        assert post(clerk, order, "cancel", {"reason": "fraud"}).json()["cancel_reason"] == "fraud"

    def test_is_for_nobody_else(self, sign_in, order):
        assert post(sign_in(UserFactory()), order, "cancel").status_code == 404

    def test_is_too_late_once_it_has_left(self, clerk, order):
        ship(order)

        answer = post(clerk, order, "cancel")

        assert (answer.status_code, answer.json()["code"]) == (409, "order_not_cancelable")

    def test_knows_its_reasons(self, clerk, order):
        assert post(clerk, order, "cancel", {"reason": "boredom"}).status_code == 422


class TestRefunding:
    def line(self, order, quantity=1):
        return {"line": ids.encode("ol", order.lines.get().id), "quantity": quantity}

    def test_gives_units_back(self, clerk, order, stripe):
        answer = post(clerk, order, "refunds", {"lines": [self.line(order)], "reason": "damaged"})

        body = answer.json()
        assert answer.status_code == 201, answer.content
        assert (body["status"], body["amount"]["amount"]) == ("succeeded", 12_50)
        assert body["credit_note"].startswith("cn_")

    def test_gives_an_amount_back_as_goodwill(self, clerk, order):
        wish = {"amount": {"amount": 3_00, "currency": "USD"}, "reason": "goodwill"}

        assert post(clerk, order, "refunds", wish).json()["amount"]["amount"] == 3_00

    def test_does_it_once_for_each_key(self, clerk, order, stripe):
        wish = {"amount": {"amount": 3_00, "currency": "USD"}, "reason": "goodwill"}

        first, second = (post(clerk, order, "refunds", wish, key="k") for _ in range(2))

        assert first.content == second.content
        assert moved(stripe, "refund_succeeded") == [3_00]

    def test_refuses_more_than_is_left(self, clerk, order):
        wish = {"amount": {"amount": 31_00, "currency": "USD"}, "reason": "goodwill"}

        body = post(clerk, order, "refunds", wish).json()

        assert (body["status"], body["code"]) == (409, "refund_exceeds_balance")
        assert body["refundable"] == {"amount": 30_99, "currency": "USD"}
        assert not Refund.objects.exists()

    @pytest.mark.parametrize(
        "wish",
        [
            {"reason": "goodwill"},
            {"reason": "goodwill", "delivery": True, "amount": {"amount": 1, "currency": "USD"}},
            {"reason": "goodwill", "lines": []},
            {"reason": "goodwill", "lines": [{"line": "ol_nonsense", "quantity": 1}]},
            {"reason": "because", "delivery": True},
            {"amount": {"amount": 1, "currency": "USD"}},
        ],
    )
    def test_refuses_what_contradicts_itself(self, clerk, order, wish):
        assert post(clerk, order, "refunds", wish).status_code == 422

    def test_names_each_line_once(self, clerk, order):
        wish = {"lines": [self.line(order), self.line(order)], "reason": "damaged"}

        assert post(clerk, order, "refunds", wish).status_code == 422

    @pytest.mark.parametrize("roles", [["warehouse"], ["catalog"]])
    def test_is_not_for_every_member_of_staff(self, sign_in, order, roles):
        answer = post(sign_in(UserFactory(roles=roles)), order, "refunds", {"delivery": True})

        assert answer.status_code == 403

    def test_is_not_for_customers(self, api, sign_in):
        ada = UserFactory()
        order = bought(user_id=ada.id)

        assert post(sign_in(ada), order, "refunds", {}).status_code == 403
        assert post(api, order, "refunds", {}).status_code == 401
