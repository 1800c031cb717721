"""Faults on command: each does what it says, as often as it says. Sandbox only."""

import threading
import time

import pytest
import stripe

from tests.contract.stripe.conftest import connect, payment
from tests.fakes.stripe_process import ControlRefused


def paid(sandbox):
    return [line["kind"] for line in sandbox.journal()]


class TestLostConnections:
    def test_before_the_commit_moves_no_money(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "cut_before_commit", "count": 1})

        with pytest.raises(stripe.APIConnectionError):
            sandbox_client.v1.payment_intents.create(payment())

        assert paid(sandbox) == []

    def test_after_the_commit_moves_it_unheard(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "cut_after_commit", "count": 1})
        key = {"idempotency_key": "attempt-1"}

        with pytest.raises(stripe.APIConnectionError):
            sandbox_client.v1.payment_intents.create(payment(), key)

        assert paid(sandbox) == ["charge_succeeded"]
        again = sandbox_client.v1.payment_intents.create(payment(), key)
        assert again.last_response.headers["idempotent-replayed"] == "true"
        assert paid(sandbox) == ["charge_succeeded"]

    @pytest.mark.parametrize(
        ("kind", "moved"),
        [("silence_before_commit", []), ("silence_after_commit", ["charge_succeeded"])],
    )
    def test_may_be_a_silence_until_the_caller_gives_up(self, sandbox, kind, moved):
        sandbox.control("POST", "faults", {"kind": kind, "count": 1})
        patient_for_a_moment = stripe.StripeClient(
            "sk_test_x",
            base_addresses={"api": sandbox.base},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=0.3),
        )

        started = time.monotonic()
        with pytest.raises(stripe.APIConnectionError):
            patient_for_a_moment.v1.payment_intents.create(payment())

        assert time.monotonic() - started > 0.25
        assert paid(sandbox) == moved


class TestRefusals:
    def test_a_429_moves_no_money(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "too_many_requests", "count": 1})

        with pytest.raises(stripe.RateLimitError) as refused:
            sandbox_client.v1.payment_intents.create(payment())

        assert refused.value.error.code == "rate_limit"
        assert paid(sandbox) == []

    def test_a_limit_lets_as_many_through_as_it_says(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "rate_limit", "per_second": 10})
        refused = 0
        started = time.monotonic()
        for _ in range(40):
            try:
                sandbox_client.v1.customers.list()
            except stripe.RateLimitError:
                refused += 1

        allowed = 10 + 10 * (time.monotonic() - started)
        assert 40 - refused == pytest.approx(allowed, abs=2)

    def test_a_key_in_use_is_a_409(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "key_in_use", "count": 1})

        with pytest.raises(stripe.APIError) as refused:
            sandbox_client.v1.payment_intents.create(payment())

        assert refused.value.http_status == 409
        assert refused.value.error.code == "idempotency_key_in_use"


class TestLatency:
    def test_delays_the_answer(self, sandbox, sandbox_client):
        sandbox.control("POST", "faults", {"kind": "latency", "seconds": 0.3, "count": 1})

        started = time.monotonic()
        sandbox_client.v1.customers.list()

        assert time.monotonic() - started > 0.29

    def test_does_not_make_others_wait(self, sandbox, sandbox_client):
        sandbox.control(
            "POST", "faults", {"kind": "latency", "seconds": 1, "path": "/v1/payment_intents"}
        )
        slow = threading.Thread(
            target=connect(sandbox).v1.payment_intents.create, args=(payment(),)
        )
        slow.start()
        started = time.monotonic()

        sandbox_client.v1.customers.list()

        assert time.monotonic() - started < 0.5
        slow.join()


class TestFault:
    def test_strikes_as_often_as_it_says_and_counts(self, sandbox, sandbox_client):
        sandbox.control(
            "POST", "faults", {"kind": "too_many_requests", "count": 2, "path": "/v1/customers"}
        )

        outcomes = []
        for _ in range(4):
            try:
                sandbox_client.v1.customers.create({"name": "Ada"})
                outcomes.append("ok")
            except stripe.RateLimitError:
                outcomes.append("429")

        assert outcomes == ["429", "429", "ok", "ok"]
        (fault,) = sandbox.control("GET", "faults")["data"]
        assert (fault["asked"], fault["fired"]) == (4, 2)

    def test_strikes_where_it_says_only(self, sandbox, sandbox_client):
        sandbox.control(
            "POST",
            "faults",
            {"kind": "too_many_requests", "method": "POST", "path": "/v1/payment_intents/*/cancel"},
        )
        intent = sandbox_client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})

        with pytest.raises(stripe.RateLimitError):
            sandbox_client.v1.payment_intents.cancel(intent.id)

        assert sandbox_client.v1.payment_intents.retrieve(intent.id).status != "canceled"

    def test_strikes_by_chance_the_same_way_for_the_same_seed(self, sandbox, sandbox_client):
        def run(seed):
            sandbox.control("DELETE", "faults")
            sandbox.control(
                "POST",
                "faults",
                {"kind": "too_many_requests", "probability": 0.5, "seed": seed},
            )
            outcomes = ""
            for _ in range(40):
                try:
                    sandbox_client.v1.customers.list()
                    outcomes += "."
                except stripe.RateLimitError:
                    outcomes += "x"
            return outcomes

        assert run(7) == run(7)
        assert run(7) != run(8)
        assert 8 < run(7).count("x") < 32

    def test_can_be_lifted(self, sandbox, sandbox_client):
        fault = sandbox.control("POST", "faults", {"kind": "too_many_requests"})

        sandbox.control("DELETE", f"faults/{fault['id']}")

        sandbox_client.v1.customers.list()

    @pytest.mark.parametrize(
        "wish",
        [{"kind": "earthquake"}, {"kind": "latency", "minutes": 1}, {}],
    )
    def test_must_be_one_that_exists(self, sandbox, wish):
        with pytest.raises(ControlRefused, match="A fault has a kind"):
            sandbox.control("POST", "faults", wish)
