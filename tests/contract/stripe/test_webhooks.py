"""Webhooks: signed, at least once, in order unless told otherwise. Sandbox only."""

import time

import pytest
import stripe

from tests.contract.stripe.conftest import payment
from tests.fakes.stripe_process import stripe_sandbox
from tests.fakes.webhook_receiver import webhook_receiver


@pytest.fixture
def endpoint(sandbox_client, receiver):
    return sandbox_client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["*"]}
    )


def types(heard):
    return [webhook.body["type"] for webhook in heard]


class TestWebhook:
    def test_carries_a_signature_that_the_sdk_accepts(self, sandbox_client, receiver, endpoint):
        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        (heard,) = receiver.wait_for(1)
        event = stripe.Webhook.construct_event(
            heard.content, heard.headers["stripe-signature"], endpoint.secret
        )
        assert (event.type, event.data.object["email"]) == ("customer.created", "ada@example.com")

    def test_is_refused_with_another_secret_or_body(self, sandbox_client, receiver, endpoint):
        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        (heard,) = receiver.wait_for(1)
        signature = heard.headers["stripe-signature"]
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(heard.content, signature, "whsec_other")
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(heard.content + b" ", signature, endpoint.secret)

    def test_comes_in_the_order_of_events(self, sandbox_client, receiver, endpoint):
        for _ in range(3):
            sandbox_client.v1.payment_intents.create(payment())

        heard = receiver.wait_for(12)

        listed = sandbox_client.v1.events.list({"limit": 100}).data
        assert [x.body["id"] for x in heard] == [event.id for event in reversed(listed)]

    def test_comes_again_until_it_is_taken(self, sandbox_client, receiver, endpoint):
        receiver.answers = [500, 400]

        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        heard = receiver.wait_for(3)
        assert len({x.body["id"] for x in heard}) == 1
        assert heard[2].at - heard[0].at > 1

    def test_is_pending_until_it_is_taken(self, sandbox_client, receiver, endpoint):
        receiver.answers = [500]
        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        receiver.wait_for(1)
        (refused,) = sandbox_client.v1.events.list().data
        assert refused.pending_webhooks == 1
        assert sandbox_client.v1.events.list({"delivery_success": True}).data == []

        receiver.wait_for(2)
        deadline = time.monotonic() + 5
        while sandbox_client.v1.events.retrieve(refused.id).pending_webhooks:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert len(sandbox_client.v1.events.list({"delivery_success": True}).data) == 1

    def test_comes_only_for_the_events_asked_for(self, sandbox_client, receiver):
        sandbox_client.v1.webhook_endpoints.create(
            {"url": receiver.url, "enabled_events": ["charge.updated", "customer.created"]}
        )

        sandbox_client.v1.payment_intents.create(payment())
        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        assert types(receiver.wait_for(2)) == ["charge.updated", "customer.created"]

    def test_ends_with_its_endpoint(self, sandbox_client, receiver, endpoint):
        sandbox_client.v1.webhook_endpoints.delete(endpoint.id)

        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        time.sleep(0.2)
        assert receiver.heard == []


class TestWebhookFaults:
    def test_repeats_on_command(self, sandbox, sandbox_client, receiver, endpoint):
        sandbox.control("POST", "faults", {"kind": "webhook_repeated", "times": 3, "count": 1})

        sandbox_client.v1.customers.create({"email": "ada@example.com"})

        heard = receiver.wait_for(3)
        assert len({x.body["id"] for x in heard}) == 1

    def test_comes_late_on_command(self, sandbox, sandbox_client, receiver, endpoint):
        sandbox.control(
            "POST",
            "faults",
            {"kind": "webhook_late", "seconds": 0.5, "event": "payment_intent.created"},
        )

        sandbox_client.v1.payment_intents.create(payment())

        assert types(receiver.wait_for(4)) == [
            "charge.succeeded",
            "payment_intent.succeeded",
            "charge.updated",
            "payment_intent.created",
        ]

    def test_comes_shuffled_on_command(self, sandbox, sandbox_client, receiver, endpoint):
        sandbox.control("POST", "faults", {"kind": "webhook_shuffled", "seconds": 0.5, "seed": 1})
        for _ in range(5):
            sandbox_client.v1.payment_intents.create(payment())

        heard = [x.body["id"] for x in receiver.wait_for(20)]

        listed = [event.id for event in sandbox_client.v1.events.list({"limit": 100}).data]
        assert heard != listed[::-1]
        assert sorted(heard) == sorted(listed)

    def test_never_comes_on_command_but_can_be_listed(
        self, sandbox, sandbox_client, receiver, endpoint
    ):
        sandbox.control("POST", "faults", {"kind": "webhook_never", "event": "charge.*"})

        sandbox_client.v1.payment_intents.create(payment())

        heard = types(receiver.wait_for(2))
        assert heard == ["payment_intent.created", "payment_intent.succeeded"]
        assert len(sandbox_client.v1.events.list().data) == 4


class TestConfiguredEndpoint:
    def test_is_told_with_the_secret_of_the_command_line(self, tmp_path):
        with (
            webhook_receiver() as receiver,
            stripe_sandbox(
                tmp_path, webhook_url=receiver.url, webhook_secret="whsec_shop"
            ) as sandbox,
        ):
            client = stripe.StripeClient("sk_test_x", base_addresses={"api": sandbox.base})
            client.v1.customers.create({"email": "ada@example.com"})

            (heard,) = receiver.wait_for(1)
            stripe.Webhook.construct_event(
                heard.content, heard.headers["stripe-signature"], "whsec_shop"
            )

    def test_is_still_told_after_a_kill(self, tmp_path):
        with webhook_receiver() as receiver:
            receiver.answers = [500] * 1000
            with stripe_sandbox(tmp_path, webhook_url=receiver.url) as sandbox:
                client = stripe.StripeClient("sk_test_x", base_addresses={"api": sandbox.base})
                client.v1.customers.create({"email": "ada@example.com"})
                receiver.wait_for(1)
                sandbox.kill()
                receiver.forget()

                sandbox.start()

                (heard,) = receiver.wait_for(1)
                assert heard.body["type"] == "customer.created"
                endpoints = client.v1.webhook_endpoints.list().data
                assert [endpoint.url for endpoint in endpoints] == [receiver.url]
