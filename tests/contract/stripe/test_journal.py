"""The journal: one line for each time money moved or a bank said no. Sandbox only."""

import pytest
import stripe

from tests.contract.stripe.conftest import payment


class TestJournal:
    def test_tells_of_a_charge_all_that_a_checker_asks_for(self, sandbox, sandbox_client):
        customer = sandbox_client.v1.customers.create({"name": "Ada"})
        intent = sandbox_client.v1.payment_intents.create(
            payment(customer=customer.id, metadata={"order": "ord_1"}),
            {"idempotency_key": "attempt-1"},
        )

        (line,) = sandbox.journal()

        assert line.pop("at").startswith("20")
        assert line == {
            "kind": "charge_succeeded",
            "amount": 25_00,
            "currency": "eur",
            "payment_intent": intent.id,
            "charge": intent.latest_charge,
            "customer": customer.id,
            "metadata": {"order": "ord_1"},
            "idempotency_key": "attempt-1",
        }

    def test_tells_of_holds_captures_and_releases(self, sandbox, sandbox_client):
        kept = sandbox_client.v1.payment_intents.create(payment(capture_method="manual"))
        let_go = sandbox_client.v1.payment_intents.create(payment(capture_method="manual"))
        sandbox_client.v1.payment_intents.capture(kept.id, {"amount_to_capture": 10_00})
        sandbox_client.v1.payment_intents.cancel(let_go.id)

        assert [(line["kind"], line["amount"]) for line in sandbox.journal()] == [
            ("charge_authorized", 25_00),
            ("charge_authorized", 25_00),
            ("charge_captured", 10_00),
            ("authorization_released", 25_00),
        ]

    def test_tells_of_declines_with_their_reason(self, sandbox, sandbox_client):
        with pytest.raises(stripe.CardError):
            sandbox_client.v1.payment_intents.create(payment("pm_card_chargeDeclined"))

        (line,) = sandbox.journal()

        assert (line["kind"], line["decline_code"]) == ("charge_declined", "generic_decline")

    def test_tells_of_refunds(self, sandbox, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment())
        refund = sandbox_client.v1.refunds.create({"payment_intent": intent.id, "amount": 5_00})

        line = sandbox.journal()[-1]

        assert (line["kind"], line["amount"], line["refund"]) == (
            "refund_succeeded",
            5_00,
            refund.id,
        )

    def test_does_not_tell_of_what_was_refused(self, sandbox, sandbox_client):
        intent = sandbox_client.v1.payment_intents.create(payment())
        with pytest.raises(stripe.InvalidRequestError):
            sandbox_client.v1.refunds.create({"payment_intent": intent.id, "amount": 99_00})

        assert len(sandbox.journal()) == 1

    def test_is_readable_over_http(self, sandbox, sandbox_client):
        sandbox_client.v1.payment_intents.create(payment())

        assert sandbox.control("GET", "journal")["data"] == sandbox.journal()


class TestControlCalls:
    def test_say_that_it_is_well(self, sandbox):
        assert sandbox.control("GET", "health") == {"status": "ok"}

    def test_reset_everything(self, sandbox, sandbox_client):
        sandbox_client.v1.payment_intents.create(payment())
        sandbox.control("POST", "faults", {"kind": "latency", "seconds": 9})
        sandbox.control("POST", "clock", {"offset_s": 99})

        sandbox.reset()

        assert sandbox_client.v1.payment_intents.list().data == []
        assert sandbox.journal() == []
        assert sandbox.control("GET", "faults")["data"] == []

    def test_are_refused_when_they_do_not_exist(self, sandbox):
        with pytest.raises(Exception, match="Unrecognized request URL"):
            sandbox.control("POST", "make_me_rich")
