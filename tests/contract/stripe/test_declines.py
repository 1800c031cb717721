"""A bank that says no: which card says what, and what is left of the attempt."""

import pytest
import stripe

# card: (code, decline_code), from https://docs.stripe.com/testing#declined-payments
DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", None),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": (
        "card_declined",
        "card_velocity_exceeded",
    ),
}


class TestDecline:
    @pytest.mark.parametrize(("card", "codes"), DECLINES.items())
    def test_comes_as_a_card_error_with_the_codes_of_its_card(self, pay, card, codes):
        with pytest.raises(stripe.CardError) as declined:
            pay(card)

        error = declined.value.error
        assert declined.value.http_status == 402
        code, decline_code = codes
        assert error.type == "card_error"
        assert error.code == code
        if decline_code:
            assert error.decline_code == decline_code

    def test_brings_the_intent_along_ready_for_another_card(self, client, pay):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_chargeDeclinedInsufficientFunds", metadata={"order": "ord_1"})

        intent = declined.value.error.payment_intent
        assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
        assert intent.metadata["order"] == "ord_1"
        assert intent.last_payment_error.decline_code == "insufficient_funds"
        assert intent.last_payment_error.payment_method.card.last4 == "9995"
        assert client.v1.payment_intents.retrieve(intent.id).to_dict() == intent.to_dict()

    def test_leaves_a_failed_charge(self, client, pay):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_chargeDeclined")

        charge = client.v1.charges.retrieve(declined.value.error.charge)
        assert (charge.status, charge.paid, charge.captured) == ("failed", False, False)
        assert charge.failure_code == "card_declined"
        assert charge.outcome.reason == "generic_decline"
        assert charge.balance_transaction is None

    def test_can_be_followed_by_another_card_on_the_same_intent(self, client, pay):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_chargeDeclined")
        intent_id = declined.value.error.payment_intent.id

        intent = client.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_visa"})

        assert (intent.status, intent.last_payment_error) == ("succeeded", None)
        charges = client.v1.charges.list({"payment_intent": intent_id})
        assert [charge.status for charge in charges.data] == ["succeeded", "failed"]

    def test_advises_whether_to_try_again(self, pay):
        with pytest.raises(stripe.CardError) as stolen:
            pay("pm_card_visa_chargeDeclinedStolenCard")
        with pytest.raises(stripe.CardError) as poor:
            pay("pm_card_chargeDeclinedInsufficientFunds")

        assert stolen.value.error.advice_code == "do_not_try_again"
        assert poor.value.error.advice_code == "try_again_later"


class TestSavedCards:
    def test_that_are_declined_cannot_be_saved(self, client, customer):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})

        assert declined.value.code == "card_declined"
        saved = client.v1.customers.payment_methods.list(customer.id)
        assert saved.data == []

    def test_may_be_saved_well_and_fail_later(self, client, customer, pay):
        saved = client.v1.payment_methods.attach(
            "pm_card_chargeCustomerFail", {"customer": customer.id}
        )

        with pytest.raises(stripe.CardError) as declined:
            pay(saved.id, customer=customer.id, off_session=True)

        assert declined.value.code == "card_declined"


class TestDeclineOnCommand:
    """Sandbox only."""

    def test_declines_the_next_charge_with_the_codes_asked_for(self, sandbox, sandbox_client):
        sandbox.control(
            "POST", "faults", {"kind": "decline", "count": 1, "decline_code": "do_not_honor"}
        )
        wish = {
            "amount": 5_00,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": "https://shop.example/thanks",
        }

        with pytest.raises(stripe.CardError) as declined:
            sandbox_client.v1.payment_intents.create(wish)

        assert declined.value.error.decline_code == "do_not_honor"
        assert sandbox_client.v1.payment_intents.create(wish).status == "succeeded"
