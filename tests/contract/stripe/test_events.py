"""Events: what happened, in order, for whoever missed a webhook."""

import pytest
import stripe

from tests.contract.stripe.conftest import payment


class TestEvents:
    """Sandbox only: they count every event there is."""

    def types(self, client, **filters):
        return [event.type for event in reversed(client.v1.events.list(filters).data)]

    def test_tell_of_a_payment_in_order(self, sandbox_client):
        sandbox_client.v1.payment_intents.create(payment())

        assert self.types(sandbox_client) == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "charge.updated",
        ]

    def test_tell_of_a_decline(self, sandbox_client):
        with pytest.raises(stripe.CardError):
            sandbox_client.v1.payment_intents.create(payment("pm_card_chargeDeclined"))

        assert self.types(sandbox_client) == [
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
        ]

    def test_show_the_object_as_it_was_then(self, sandbox_client):
        held = sandbox_client.v1.payment_intents.create(payment(capture_method="manual"))
        sandbox_client.v1.payment_intents.capture(held.id)

        (event,) = sandbox_client.v1.events.list(
            {"type": "payment_intent.amount_capturable_updated"}
        ).data

        assert event.data.object["id"] == held.id
        assert event.data.object["status"] == "requires_capture"

    def test_show_what_a_change_replaced(self, sandbox_client):
        customer = sandbox_client.v1.customers.create({"name": "Ada", "email": "a@example.com"})
        sandbox_client.v1.customers.update(customer.id, {"name": "Ada Lovelace"})

        (event,) = sandbox_client.v1.events.list({"type": "customer.updated"}).data

        assert event.data.previous_attributes.to_dict() == {"name": "Ada"}

    def test_name_the_request_that_caused_them(self, sandbox_client):
        sandbox_client.v1.customers.create({"name": "Ada"}, {"idempotency_key": "key-1"})

        (event,) = sandbox_client.v1.events.list().data

        assert event.request.idempotency_key == "key-1"
        assert event.request.id.startswith("req_")

    def test_are_filtered_by_types_and_walked_with_cursors(self, sandbox_client):
        for _ in range(3):
            sandbox_client.v1.payment_intents.create(payment())

        wanted = {"types": ["payment_intent.succeeded", "charge.succeeded"], "limit": 2}
        walked = list(sandbox_client.v1.events.list(wanted).auto_paging_iter())

        assert [event.type for event in walked] == [
            "payment_intent.succeeded",
            "charge.succeeded",
        ] * 3

    def test_are_read_one_by_one(self, sandbox_client):
        sandbox_client.v1.customers.create({"name": "Ada"})
        (listed,) = sandbox_client.v1.events.list().data

        assert sandbox_client.v1.events.retrieve(listed.id).to_dict() == listed.to_dict()

    def test_do_not_tell_of_what_was_refused(self, sandbox_client):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox_client.v1.payment_intents.create(payment("pm_unheard_of"))

        assert self.types(sandbox_client) == []
