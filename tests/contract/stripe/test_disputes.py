"""Disputes: the customer's bank takes the money back, and may lose it again.

All but the first are sandbox only: at Stripe a dispute appears after minutes, decided by nobody.
"""

import time

import pytest
import stripe

from tests.contract.stripe.conftest import payment

WITHIN_S = 60


class TestDisputedCard:
    def test_is_paid_first_and_disputed_then(self, client, pay):
        intent = pay("pm_card_createDispute")

        assert intent.status == "succeeded"
        deadline = time.monotonic() + WITHIN_S
        while not (found := client.v1.disputes.list({"payment_intent": intent.id}).data):
            assert time.monotonic() < deadline
            time.sleep(1)
        (dispute,) = found
        assert (dispute.status, dispute.reason) == ("needs_response", "fraudulent")
        assert (dispute.amount, dispute.charge) == (25_00, intent.latest_charge)


class TestDispute:
    @pytest.fixture
    def intent(self, sandbox_client):
        return sandbox_client.v1.payment_intents.create(payment(metadata={"order": "ord_1"}))

    @pytest.fixture
    def dispute(self, sandbox, intent):
        return sandbox.control(
            "POST", f"charges/{intent.latest_charge}/dispute", {"reason": "product_not_received"}
        )

    def test_takes_the_money_and_a_fee_at_once(self, sandbox_client, intent, dispute):
        read = sandbox_client.v1.disputes.retrieve(dispute["id"])

        (withdrawal,) = read.balance_transactions
        assert (withdrawal.amount, withdrawal.fee, withdrawal.net) == (-25_00, 15_00, -40_00)
        assert sandbox_client.v1.charges.retrieve(intent.latest_charge).disputed

    def test_may_be_for_a_part(self, sandbox, intent):
        dispute = sandbox.control(
            "POST", f"charges/{intent.latest_charge}/dispute", {"amount": 5_00}
        )

        assert dispute["amount"] == 5_00

    def test_brings_the_money_back_when_it_is_won(self, sandbox, sandbox_client, dispute):
        sandbox.control("POST", f"disputes/{dispute['id']}/close", {"outcome": "won"})

        won = sandbox_client.v1.disputes.retrieve(dispute["id"])
        assert won.status == "won"
        assert sum(x.amount for x in won.balance_transactions) == 0

    def test_is_gone_for_good_when_it_is_lost(self, sandbox, sandbox_client, dispute):
        sandbox.control("POST", f"disputes/{dispute['id']}/close", {"outcome": "lost"})

        lost = sandbox_client.v1.disputes.retrieve(dispute["id"])
        assert lost.status == "lost"
        assert sum(x.amount for x in lost.balance_transactions) == -25_00

    def test_can_be_given_in_to(self, sandbox_client, dispute):
        assert sandbox_client.v1.disputes.close(dispute["id"]).status == "lost"

    def test_is_decided_by_test_evidence(self, sandbox_client, dispute):
        answered = sandbox_client.v1.disputes.update(
            dispute["id"], {"evidence": {"uncategorized_text": "winning_evidence"}}
        )

        assert answered.status == "under_review"
        assert sandbox_client.v1.disputes.retrieve(dispute["id"]).status == "won"

    def test_keeps_the_charge_from_being_refunded(self, sandbox_client, intent, dispute):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sandbox_client.v1.refunds.create({"payment_intent": intent.id})

        assert refused.value.code == "charge_disputed"

    def test_is_decided_once(self, sandbox, dispute):
        sandbox.control("POST", f"disputes/{dispute['id']}/close", {"outcome": "won"})

        with pytest.raises(Exception, match="already closed"):
            sandbox.control("POST", f"disputes/{dispute['id']}/close", {"outcome": "lost"})

    def test_is_journaled_and_announced(self, sandbox, sandbox_client, intent, dispute):
        sandbox.control("POST", f"disputes/{dispute['id']}/close", {"outcome": "won"})

        assert [(line["kind"], line["amount"]) for line in sandbox.journal()] == [
            ("charge_succeeded", 25_00),
            ("dispute_opened", 25_00),
            ("dispute_won", 25_00),
        ]
        told = sandbox_client.v1.events.list({"type": "charge.dispute.*"}).data
        assert [event.type for event in reversed(told)] == [
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.closed",
            "charge.dispute.funds_reinstated",
        ]

    def test_may_be_only_an_inquiry(self, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment("pm_card_createDisputeInquiry"))

        (inquiry,) = sandbox_client.v1.disputes.list({"payment_intent": intent.id}).data

        assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
        assert not sandbox_client.v1.charges.retrieve(intent.latest_charge).disputed
