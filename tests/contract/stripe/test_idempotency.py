"""Idempotency keys: the same request again gives the same answer and nothing else."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.contract.stripe.conftest import connect, payment


@pytest.fixture
def key():
    return {"idempotency_key": str(uuid.uuid4())}


class TestSameKey:
    def test_gives_the_same_answer_and_charges_once(self, client, customer, key):
        wish = payment(customer=customer.id)

        first = client.v1.payment_intents.create(wish, key)
        second = client.v1.payment_intents.create(wish, key)

        assert second.to_dict() == first.to_dict()
        assert second.last_response.headers["idempotent-replayed"] == "true"
        assert "idempotent-replayed" not in first.last_response.headers
        charges = client.v1.charges.list({"customer": customer.id})
        assert len(charges.data) == 1

    def test_gives_the_same_decline(self, client, customer, key):
        wish = payment("pm_card_chargeDeclined", customer=customer.id)

        with pytest.raises(stripe.CardError) as first:
            client.v1.payment_intents.create(wish, key)
        with pytest.raises(stripe.CardError) as second:
            client.v1.payment_intents.create(wish, key)

        assert second.value.json_body == first.value.json_body
        assert second.value.headers["idempotent-replayed"] == "true"
        assert len(client.v1.charges.list({"customer": customer.id}).data) == 1

    def test_with_other_parameters_is_refused(self, client, key):
        client.v1.payment_intents.create(payment(amount=5_00), key)

        with pytest.raises(stripe.IdempotencyError) as refused:
            client.v1.payment_intents.create(payment(amount=6_00), key)

        assert refused.value.http_status == 400
        assert refused.value.error.type == "idempotency_error"

    def test_at_another_address_is_refused(self, client, key):
        client.v1.payment_intents.create(payment(), key)

        with pytest.raises(stripe.IdempotencyError):
            client.v1.customers.create({"email": "ada@example.com"}, key)

    def test_is_free_again_after_a_request_that_did_not_fit(self, client, key):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.create({"currency": "eur"}, key)

        assert client.v1.payment_intents.create(payment(), key).status == "succeeded"

    def test_gives_the_same_refusal_of_what_had_begun(self, client, key):
        wish = payment(customer="cus_unheard_of")

        for _ in range(2):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                client.v1.payment_intents.create(wish, key)

        assert refused.value.headers["idempotent-replayed"] == "true"


class TestSandboxKeys:
    """Sandbox only: they look into the journal, or make Stripe fail."""

    def test_from_many_at_once_charges_once(self, sandbox, key):
        sandbox.control("POST", "faults", {"kind": "latency", "seconds": 0.2})
        outcomes = []
        start = threading.Barrier(20)

        def attempt(_):
            client = connect(sandbox)
            start.wait()
            try:
                outcomes.append(client.v1.payment_intents.create(payment(), key).id)
            except stripe.APIError as refused:
                outcomes.append((refused.http_status, refused.error.code))

        with ThreadPoolExecutor(20) as pool:
            list(pool.map(attempt, range(20)))

        ids = {x for x in outcomes if isinstance(x, str)}
        refusals = {x for x in outcomes if not isinstance(x, str)}
        assert len(ids) == 1
        assert refusals == {(409, "idempotency_key_in_use")}
        assert len(sandbox.journal()) == 1

    def test_replays_a_500_whose_request_took_effect(self, sandbox, sandbox_client, key):
        sandbox.control("POST", "faults", {"kind": "error_after_commit", "count": 1})

        for _ in range(2):
            with pytest.raises(stripe.APIError) as failed:
                sandbox_client.v1.payment_intents.create(payment(), key)
            assert failed.value.http_status == 500
            assert failed.value.headers["stripe-should-retry"] == "false"

        assert failed.value.headers["idempotent-replayed"] == "true"
        assert [line["kind"] for line in sandbox.journal()] == ["charge_succeeded"]

    def test_replays_a_500_whose_request_did_not(self, sandbox, sandbox_client, key):
        sandbox.control("POST", "faults", {"kind": "error_before_commit", "count": 1})

        for _ in range(2):
            with pytest.raises(stripe.APIError) as failed:
                sandbox_client.v1.payment_intents.create(payment(), key)
            assert failed.value.http_status == 500

        assert sandbox.journal() == []
        assert sandbox_client.v1.payment_intents.list().data == []

    @pytest.mark.parametrize("kind", ["too_many_requests", "lock_timeout"])
    def test_is_not_used_up_by_a_429(self, sandbox, sandbox_client, key, kind):
        sandbox.control("POST", "faults", {"kind": kind, "count": 1})

        with pytest.raises(stripe.RateLimitError):
            sandbox_client.v1.payment_intents.create(payment(), key)

        assert sandbox_client.v1.payment_intents.create(payment(), key).status == "succeeded"

    def test_is_not_used_up_by_what_is_not_simulated(self, sandbox_client, key):
        paid = sandbox_client.v1.payment_intents.create(payment())
        with pytest.raises(stripe.InvalidRequestError, match="does not simulate"):
            sandbox_client.v1.refunds.create({"payment_intent": paid.id, "currency": "eur"}, key)

        refund = sandbox_client.v1.refunds.create({"payment_intent": paid.id}, key)

        assert refund.status == "succeeded"

    def test_keeps_a_refusal_that_undid_a_charge(self, sandbox, sandbox_client, key):
        wish = payment("pm_card_createDispute", expand=["amount"])

        for _ in range(2):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                sandbox_client.v1.payment_intents.create(wish, key)

        assert refused.value.headers["idempotent-replayed"] == "true"
        assert sandbox.journal() == []
        assert sandbox_client.v1.disputes.list().data == []

    def test_ends_after_a_day(self, sandbox, sandbox_client, key):
        first = sandbox_client.v1.payment_intents.create(payment(), key)

        sandbox.control("POST", "clock", {"offset_s": 25 * 60 * 60})

        assert sandbox_client.v1.payment_intents.create(payment(), key).id != first.id

    def test_can_be_forgotten_on_command(self, sandbox, sandbox_client, key):
        first = sandbox_client.v1.payment_intents.create(payment(), key)

        sandbox.control("POST", "forget_idempotency_keys")

        assert sandbox_client.v1.payment_intents.create(payment(), key).id != first.id

    def test_is_noted_in_the_journal(self, sandbox, sandbox_client, key):
        sandbox_client.v1.payment_intents.create(payment(), key)

        assert sandbox.journal()[0]["idempotency_key"] == key["idempotency_key"]
