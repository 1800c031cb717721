"""Saving a card now to charge it later, when its owner is away."""

import pytest
import stripe

from tests.contract.stripe.conftest import payment

NO_REDIRECTS = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}


class TestSettingUp:
    def test_saves_the_card_with_its_customer(self, client, customer, pay):
        setup = client.v1.setup_intents.create(
            {"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True}
            | NO_REDIRECTS
        )

        assert (setup.status, setup.usage) == ("succeeded", "off_session")
        saved = client.v1.customers.payment_methods.list(customer.id)
        assert [method.id for method in saved.data] == [setup.payment_method]
        assert (
            pay(setup.payment_method, customer=customer.id, off_session=True).status == "succeeded"
        )

    def test_goes_step_by_step(self, client, customer):
        setup = client.v1.setup_intents.create({"customer": customer.id} | NO_REDIRECTS)
        assert setup.status == "requires_payment_method"

        setup = client.v1.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})

        assert setup.status == "succeeded"

    def test_is_declined_for_a_card_that_the_bank_refuses(self, client, customer):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.setup_intents.create(
                {
                    "customer": customer.id,
                    "payment_method": "pm_card_chargeDeclined",
                    "confirm": True,
                }
                | NO_REDIRECTS
            )

        setup = declined.value.error.setup_intent
        assert setup.status == "requires_payment_method"
        assert setup.last_setup_error.code == "card_declined"

    def test_can_be_canceled(self, client):
        setup = client.v1.setup_intents.create(NO_REDIRECTS)

        canceled = client.v1.setup_intents.cancel(setup.id, {"cancellation_reason": "abandoned"})

        assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")

    def test_asks_for_authentication_where_the_bank_wants_it(self, client, customer):
        setup = client.v1.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": "pm_card_authenticationRequiredOnSetup",
                "confirm": True,
                "return_url": "https://shop.example/cards",
            }
        )

        assert (setup.status, setup.next_action.type) == ("requires_action", "redirect_to_url")


class TestAuthenticating:
    """Sandbox only: no program can authenticate at Stripe."""

    @pytest.fixture
    def owner(self, sandbox_client):
        return sandbox_client.v1.customers.create({"email": "ada@example.com"})

    @pytest.fixture
    def asked(self, sandbox_client, owner):
        return sandbox_client.v1.setup_intents.create(
            {
                "customer": owner.id,
                "payment_method": "pm_card_authenticationRequiredOnSetup",
                "confirm": True,
            }
            | NO_REDIRECTS
        )

    def test_makes_the_card_good_for_payments_without_its_owner(
        self, sandbox, sandbox_client, owner, asked
    ):
        sandbox.control("POST", f"setup_intents/{asked.id}/authenticate", {"outcome": "succeed"})

        setup = sandbox_client.v1.setup_intents.retrieve(asked.id)
        paid = sandbox_client.v1.payment_intents.create(
            payment(setup.payment_method, customer=owner.id, off_session=True)
        )
        assert (setup.status, paid.status) == ("succeeded", "succeeded")

    def test_may_fail_and_then_saves_nothing(self, sandbox, sandbox_client, owner, asked):
        sandbox.control("POST", f"setup_intents/{asked.id}/authenticate", {"outcome": "fail"})

        setup = sandbox_client.v1.setup_intents.retrieve(asked.id)
        assert setup.status == "requires_payment_method"
        assert setup.last_setup_error.code == "setup_intent_authentication_failure"
        assert sandbox_client.v1.customers.payment_methods.list(owner.id).data == []


class TestPayingAndSaving:
    def test_saves_the_card_when_the_payment_succeeds(self, client, customer, pay):
        first = pay(customer=customer.id, setup_future_usage="off_session")

        second = pay(first.payment_method, customer=customer.id, off_session=True)

        assert second.status == "succeeded"

    def test_does_not_save_it_unasked(self, client, customer, pay):
        first = pay(customer=customer.id)

        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            pay(first.payment_method, customer=customer.id)
