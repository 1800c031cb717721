"""Giving money back: whole, in parts, never too much."""

import pytest
import stripe

from tests.contract.stripe.conftest import payment


class TestRefunding:
    def test_gives_everything_back_by_default(self, client, pay):
        intent = pay()

        refund = client.v1.refunds.create({"payment_intent": intent.id})

        assert (refund.status, refund.amount, refund.currency) == ("succeeded", 25_00, "eur")
        charge = client.v1.charges.retrieve(intent.latest_charge)
        assert (charge.refunded, charge.amount_refunded) == (True, 25_00)

    def test_gives_back_in_parts(self, client, pay):
        intent = pay()

        for amount in (5_00, 7_00, 13_00):
            client.v1.refunds.create({"payment_intent": intent.id, "amount": amount})

        charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
        assert [refund.amount for refund in charge.refunds.data] == [13_00, 7_00, 5_00]
        assert (charge.refunded, charge.amount_refunded) == (True, 25_00)

    def test_is_not_complete_after_a_part(self, client, pay):
        intent = pay()

        client.v1.refunds.create({"payment_intent": intent.id, "amount": 5_00})

        charge = client.v1.charges.retrieve(intent.latest_charge)
        assert (charge.refunded, charge.amount_refunded) == (False, 5_00)

    def test_never_gives_back_more_than_was_taken(self, client, pay):
        intent = pay()
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 20_00})

        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refused:
            client.v1.refunds.create({"payment_intent": intent.id, "amount": 5_01})

        assert refused.value.param == "amount"
        assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 20_00

    def test_refuses_when_nothing_is_left(self, client, pay):
        intent = pay()
        client.v1.refunds.create({"payment_intent": intent.id})

        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id})

        assert refused.value.code == "charge_already_refunded"

    def test_gives_back_no_more_than_was_captured(self, client, pay):
        held = pay(capture_method="manual")
        client.v1.payment_intents.capture(held.id, {"amount_to_capture": 10_00})

        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create({"payment_intent": held.id, "amount": 10_01})

        assert client.v1.refunds.create({"payment_intent": held.id}).amount == 10_00

    def test_needs_a_payment_that_succeeded(self, client):
        intent = client.v1.payment_intents.create({"amount": 5_00, "currency": "eur"})

        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            client.v1.refunds.create({"payment_intent": intent.id})

    @pytest.mark.parametrize("amount", [0, -1])
    def test_needs_an_amount_above_nothing(self, client, pay, amount):
        intent = pay()

        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id, "amount": amount})

        assert (refused.value.code, refused.value.param) == ("parameter_invalid_integer", "amount")

    def test_is_found_by_its_payment_and_its_charge(self, client, pay):
        intent, other = pay(), pay()
        refund = client.v1.refunds.create(
            {"payment_intent": intent.id, "reason": "requested_by_customer", "metadata": {"r": "1"}}
        )
        client.v1.refunds.create({"payment_intent": other.id})

        by_payment = client.v1.refunds.list({"payment_intent": intent.id})
        by_charge = client.v1.refunds.list({"charge": intent.latest_charge})

        assert [x.id for x in by_payment.data] == [x.id for x in by_charge.data] == [refund.id]
        read = client.v1.refunds.retrieve(refund.id)
        assert (read.reason, read.metadata["r"]) == ("requested_by_customer", "1")


class TestRefundsThatTakeTheirTime:
    """Sandbox only: there the bank decides at once, at Stripe after minutes."""

    def test_may_fail_after_they_seemed_to_succeed(self, sandbox, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment("pm_card_refundFail"))

        answered = sandbox_client.v1.refunds.create({"payment_intent": intent.id})

        later = sandbox_client.v1.refunds.retrieve(
            answered.id, {"expand": ["failure_balance_transaction"]}
        )
        assert (answered.status, later.status) == ("succeeded", "failed")
        assert later.failure_balance_transaction.amount == 25_00
        charge = sandbox_client.v1.charges.retrieve(intent.latest_charge)
        assert (charge.refunded, charge.amount_refunded) == (False, 0)
        assert [line["kind"] for line in sandbox.journal()] == [
            "charge_succeeded",
            "refund_succeeded",
            "refund_failed",
        ]

    def test_may_be_pending_first(self, sandbox, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment("pm_card_pendingRefund"))

        answered = sandbox_client.v1.refunds.create({"payment_intent": intent.id})

        later = sandbox_client.v1.refunds.retrieve(answered.id)
        assert (answered.status, later.status) == ("pending", "succeeded")
        told = sandbox_client.v1.events.list({"type": "refund.updated"}).data
        assert [event.data.object["status"] for event in told] == ["succeeded"]

    def test_may_fail_on_command(self, sandbox, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment())
        refund = sandbox_client.v1.refunds.create({"payment_intent": intent.id, "amount": 5_00})

        sandbox.control("POST", f"refunds/{refund.id}/settle", {"outcome": "fail"})

        assert sandbox_client.v1.refunds.retrieve(refund.id).status == "failed"
        assert sandbox_client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
