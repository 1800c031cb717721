"""Taking a payment: in one request, in steps, and with the money only held at first."""

import pytest
import stripe


class TestPayingAtOnce:
    def test_moves_the_money_in_one_request(self, pay):
        intent = pay(amount=25_00, currency="eur")

        assert (intent.status, intent.amount_received, intent.currency) == (
            "succeeded",
            25_00,
            "eur",
        )

    def test_leaves_a_charge_that_tells_of_the_card(self, pay):
        intent = pay("pm_card_mastercard", expand=["latest_charge"])

        charge = intent.latest_charge
        assert (charge.paid, charge.captured, charge.amount_captured) == (True, True, 25_00)
        assert charge.payment_method_details.card.brand == "mastercard"
        assert charge.payment_method_details.card.last4 == "4444"

    def test_copies_description_and_metadata_to_the_charge(self, pay):
        intent = pay(description="Two mugs", metadata={"order": "ord_1"}, expand=["latest_charge"])

        assert intent.latest_charge.description == "Two mugs"
        assert intent.latest_charge.metadata["order"] == "ord_1"

    def test_expands_what_it_refers_to(self, pay, customer):
        intent = pay(customer=customer.id, expand=["customer", "payment_method", "latest_charge"])

        assert intent.customer.email == "ada@example.com"
        assert intent.payment_method.card.last4 == "4242"
        assert intent.latest_charge.payment_intent == intent.id

    def test_is_read_back_as_it_was_answered(self, client, pay):
        made = pay(metadata={"order": "ord_1"})

        assert client.v1.payment_intents.retrieve(made.id).to_dict() == made.to_dict()

    def test_needs_a_return_url_unless_redirects_are_off(self, client):
        with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
            client.v1.payment_intents.create(
                {
                    "amount": 5_00,
                    "currency": "eur",
                    "payment_method": "pm_card_visa",
                    "confirm": True,
                }
            )

    def test_takes_a_card_by_its_token(self, client, pay):
        card = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})

        intent = pay(card.id)

        assert intent.status == "succeeded"


class TestPayingInSteps:
    def test_waits_for_a_payment_method_then_for_the_confirmation(self, client):
        intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})
        assert intent.status == "requires_payment_method"

        intent = client.v1.payment_intents.update(intent.id, {"payment_method": "pm_card_visa"})
        assert intent.status == "requires_confirmation"

        intent = client.v1.payment_intents.confirm(
            intent.id, {"return_url": "https://shop.example/thanks"}
        )
        assert intent.status == "succeeded"

    def test_takes_the_payment_method_with_the_confirmation(self, client):
        intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})

        intent = client.v1.payment_intents.confirm(
            intent.id,
            {"payment_method": "pm_card_visa", "return_url": "https://shop.example/thanks"},
        )

        assert intent.status == "succeeded"

    def test_charges_the_amount_it_was_changed_to(self, client):
        intent = client.v1.payment_intents.create(
            {"amount": 5_00, "currency": "eur", "payment_method": "pm_card_visa"}
        )
        client.v1.payment_intents.update(intent.id, {"amount": 7_00})

        intent = client.v1.payment_intents.confirm(
            intent.id, {"return_url": "https://shop.example/thanks"}
        )

        assert intent.amount_received == 7_00

    def test_cannot_be_confirmed_without_a_payment_method(self, client):
        intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})

        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.confirm(
                intent.id, {"return_url": "https://shop.example/thanks"}
            )

        assert refused.value.code == "payment_intent_unexpected_state"

    def test_cannot_be_confirmed_twice(self, client, pay):
        intent = pay()

        with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as refused:
            client.v1.payment_intents.confirm(intent.id)

        assert refused.value.code == "payment_intent_unexpected_state"
        assert refused.value.error.payment_intent.id == intent.id


class TestHoldingMoney:
    def test_holds_it_until_it_is_captured(self, client, pay):
        held = pay(capture_method="manual")
        assert (held.status, held.amount_capturable, held.amount_received) == (
            "requires_capture",
            25_00,
            0,
        )

        taken = client.v1.payment_intents.capture(held.id, {"expand": ["latest_charge"]})

        assert (taken.status, taken.amount_capturable, taken.amount_received) == (
            "succeeded",
            0,
            25_00,
        )
        assert taken.latest_charge.captured

    def test_takes_a_part_and_lets_the_rest_go(self, client, pay):
        held = pay(capture_method="manual")

        taken = client.v1.payment_intents.capture(
            held.id, {"amount_to_capture": 10_00, "expand": ["latest_charge"]}
        )

        assert (taken.status, taken.amount, taken.amount_received) == ("succeeded", 25_00, 10_00)
        # What was only held counts as released, not as refunded.
        charge = taken.latest_charge
        assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (
            10_00,
            0,
            False,
        )

    def test_does_not_take_more_than_it_holds(self, client, pay):
        held = pay(capture_method="manual")

        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.capture(held.id, {"amount_to_capture": 25_01})

        assert refused.value.param == "amount_to_capture"

    def test_cannot_be_captured_twice(self, client, pay):
        held = pay(capture_method="manual")
        client.v1.payment_intents.capture(held.id, {"amount_to_capture": 10_00})

        with pytest.raises(stripe.InvalidRequestError, match="could not be captured") as refused:
            client.v1.payment_intents.capture(held.id)

        assert refused.value.code == "payment_intent_unexpected_state"

    def test_lets_go_when_it_is_canceled(self, client, pay):
        held = pay(capture_method="manual")

        canceled = client.v1.payment_intents.cancel(
            held.id, {"cancellation_reason": "requested_by_customer"}
        )

        assert (canceled.status, canceled.amount_capturable, canceled.cancellation_reason) == (
            "canceled",
            0,
            "requested_by_customer",
        )

    def test_lets_go_after_a_week_by_itself(self, sandbox, sandbox_client):
        # Sandbox only: it moves the clock.
        held = sandbox_client.v1.payment_intents.create(
            {
                "amount": 25_00,
                "currency": "eur",
                "payment_method": "pm_card_visa",
                "capture_method": "manual",
                "confirm": True,
                "return_url": "https://shop.example/thanks",
            }
        )

        sandbox.control("POST", "clock", {"offset_s": 8 * 24 * 60 * 60})

        expired = sandbox_client.v1.payment_intents.retrieve(held.id)
        assert (expired.status, expired.cancellation_reason) == ("canceled", "automatic")
        assert [line["kind"] for line in sandbox.journal()] == [
            "charge_authorized",
            "authorization_released",
        ]


class TestCanceling:
    def test_ends_an_intent_that_was_never_paid(self, client):
        intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})

        canceled = client.v1.payment_intents.cancel(intent.id)

        assert canceled.status == "canceled"
        assert canceled.canceled_at is not None

    def test_comes_too_late_for_a_payment_that_succeeded(self, client, pay):
        intent = pay()

        with pytest.raises(stripe.InvalidRequestError, match="status of succeeded") as refused:
            client.v1.payment_intents.cancel(intent.id)

        assert refused.value.code == "payment_intent_unexpected_state"

    def test_keeps_it_from_being_confirmed_later(self, client):
        intent = client.v1.payment_intents.create(
            {"amount": 5_00, "currency": "eur", "payment_method": "pm_card_visa"}
        )
        client.v1.payment_intents.cancel(intent.id)

        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.confirm(intent.id)

        assert refused.value.code == "payment_intent_unexpected_state"
