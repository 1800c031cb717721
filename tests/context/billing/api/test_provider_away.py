"""A provider that does not answer: every door that asks it says so, and can be tried again."""

from __future__ import annotations

import time
import uuid

import pytest

from commerce.billing.models import IdempotencyRecord, Order, PaymentMethod
from commerce.billing.payments import stripe_gateway
from commerce.shared import ids
from commerce.shared.money import Money
from tests.context.billing.flows import NOON, SECURE, complete, moved, start

pytestmark = pytest.mark.usefixtures("shop")

FAULTS = ["latency", "cut_before_commit", "cut_after_commit"]
TIMEOUT_S = 0.3
TRIES = 20


@pytest.fixture
def impatient(monkeypatch, stripe):
    monkeypatch.setattr(stripe_gateway, "READ_TIMEOUT_S", TIMEOUT_S)


@pytest.fixture
def fail(stripe, impatient):
    """Let the provider's next answer to such an address be lost."""

    def fail_next(kind, path):
        seconds = {"seconds": 3 * TIMEOUT_S} if kind == "latency" else {}
        stripe.control("POST", "faults", {"kind": kind, "path": path, "count": 1, **seconds})
        slow.extend(seconds)

    slow: list[str] = []
    yield fail_next
    if slow:
        # What is still on its way would meet the faults of the next test.
        time.sleep(3 * TIMEOUT_S)


def post(client, url, body=None, *, key, **headers):
    return client.post(
        f"/v1{url}", body or {}, format="json", headers={"Idempotency-Key": key, **headers}
    )


def is_told_to_come_back(answer):
    said = (answer.status_code, answer.json().get("code"), answer.headers.get("Retry-After"))
    return said == (503, "payment_unknown", "5")


@pytest.mark.parametrize("kind", FAULTS)
class TestAProviderThatDoesNotAnswer:
    @pytest.mark.parametrize("path", ["/v1/customers", "/v1/setup_intents"])
    def test_delays_a_trial(self, api, catalog, fail, kind, path):
        catalog.sell_plan("club", Money(5_00, "USD"), trial_days=30)
        wish = {
            "currency": "USD",
            "email": "ada@example.com",
            "lines": [{"plan": "club", "quantity": 1}],
        }
        checkout = api.post("/v1/checkouts", wish, format="json").json()
        key = str(uuid.uuid4())

        def say_yes():
            return post(
                api,
                f"/checkouts/{checkout['id']}/complete",
                {"payment_method": "pm_card_visa", "expected_total": checkout["totals"]["total"]},
                key=key,
                **{"Client-Secret": checkout["client_secret"]},
            )

        fail(kind, path)

        assert is_told_to_come_back(say_yes())
        assert not Order.objects.exists()
        # A slow provider may still be at the first one, and then says so.
        answers = (say_yes() for _ in range(TRIES) if not time.sleep(TIMEOUT_S))
        assert next(x for x in answers if not is_told_to_come_back(x)).status_code == 201
        assert Order.objects.count() == 1

    def test_delays_keeping_a_card(self, client, fail, kind):
        card, key = {"payment_method": "pm_card_visa"}, str(uuid.uuid4())
        fail(kind, "/v1/setup_intents")

        assert is_told_to_come_back(post(client, "/me/payment-methods", card, key=key))
        assert post(client, "/me/payment-methods", card, key=key).status_code == 201
        assert PaymentMethod.objects.count() == 1

    def test_delays_letting_a_card_go(self, client, fail, kind):
        card = post(
            client, "/me/payment-methods", {"payment_method": "pm_card_visa"}, key="k"
        ).json()["id"]
        fail(kind, "/v1/payment_methods/*/detach")

        answer = client.delete(f"/v1/me/payment-methods/{card}")

        assert is_told_to_come_back(answer)
        assert PaymentMethod.objects.get().removed_at is not None

    def test_delays_a_cancellation(self, api, fail, kind, stripe):
        started = start()
        order = complete(started, card=SECURE, now=NOON).order
        key = str(uuid.uuid4())
        fail(kind, "/v1/payment_intents/*/cancel")

        def call_it_off():
            return post(
                api,
                f"/orders/{ids.encode('ord', order.id)}/cancel",
                key=key,
                **{"Client-Secret": started.client_secret},
            )

        assert is_told_to_come_back(call_it_off())
        order = Order.objects.get()
        assert (order.status, order.cancel_requested_at) == ("placed", None)
        assert call_it_off().json()["status"] == "canceled"
        assert moved(stripe) == []


class TestAKey:
    def test_survives_a_refusal_that_nobody_has_a_status_for(self, client, monkeypatch):
        from commerce.billing.api import customers
        from commerce.shared.errors import CommerceError

        class NobodyKnows(CommerceError):
            """A kind of refusal that was forgotten."""

        def refuse(**_):
            raise NobodyKnows

        real = customers.add_payment_method
        monkeypatch.setattr(customers, "add_payment_method", refuse)
        client.raise_request_exception = False
        card = {"payment_method": "pm_card_visa"}

        assert post(client, "/me/payment-methods", card, key="k").status_code == 500
        assert not IdempotencyRecord.objects.filter(lease_until__gt=NOON.replace(year=9999))
        monkeypatch.setattr(customers, "add_payment_method", real)
        assert post(client, "/me/payment-methods", card, key="k").status_code == 201


class TestAPaymentUnderWay:
    def test_is_no_answer_that_is_kept(self, api, fail, stripe):
        fail("cut_before_commit", "/v1/payment_intents")
        started = start()
        order = complete(started).order
        address, secret = (
            f"/orders/{ids.encode('ord', order.id)}/cancel",
            {"Client-Secret": started.client_secret},
        )

        first = post(api, address, key="k", **secret)
        again = post(api, address, key="k", **secret)

        for answer in (first, again):
            assert (answer.status_code, answer.json()["code"]) == (409, "payment_in_progress")
            assert int(answer.headers["Retry-After"]) > 0
            assert "Idempotent-Replayed" not in answer.headers
