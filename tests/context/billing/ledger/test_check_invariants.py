"""The checker finds every damage that is seeded, and nothing on a shop where all is well."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from commerce.billing.ledger.check_invariants import check_invariants
from commerce.billing.models import Attempt, Payment, Refund
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.payments.provider import provider
from commerce.shared.money import Money
from tests.context.billing.flows import MINUTE, NOON, SECURE, bought, complete, ship, start

pytestmark = pytest.mark.usefixtures("shop")

I1 = "I1 an attempt is charged once"
I2 = "I2 what moved is booked, and what is booked has moved"


@pytest.fixture
def trade(stripe):
    """Three orders of which one was refunded in part."""
    orders = [bought() for _ in range(3)]
    ship(orders[0])
    refund_order(
        order_id=orders[1].id,
        reference="r",
        reason="goodwill",
        amount=Money(5_00, "USD"),
        now=NOON,
    )
    return stripe


def violated(stripe, journal=None, now=NOON):
    findings = check_invariants(journal=stripe.journal() if journal is None else journal, now=now)
    return {name for name, found in findings.items() if found}


class TestTheChecker:
    def test_is_silent_where_all_is_well(self, trade):
        assert violated(trade) == set()

    def test_finds_a_charge_that_was_never_booked(self, trade):
        provider()._client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )

        assert violated(trade) == {I2}

    def test_finds_a_refund_that_was_never_booked(self, trade):
        attempt = Attempt.objects.first()
        provider()._client.v1.refunds.create(
            {"payment_intent": attempt.provider_id, "amount": 1_00}
        )

        assert violated(trade) == {I2}

    def test_finds_a_booking_that_never_moved(self, trade):
        assert violated(trade, trade.journal()[1:]) == {I2}

    @pytest.mark.parametrize("change", [{"amount": 1}, {"currency": "eur"}])
    def test_finds_another_amount_or_currency(self, trade, change):
        first, *others = trade.journal()

        assert violated(trade, [first | change, *others]) == {I2}

    def test_finds_a_double_charge(self, trade):
        first, *others = trade.journal()

        assert violated(trade, [first, first, *others]) == {I1, I2}

    def test_finds_an_attempt_that_nobody_asks_about(self, stripe):
        complete(start(), card=SECURE)
        assert violated(stripe) == set()

        (name,) = violated(stripe, now=NOON + 60 * MINUTE)
        assert name.startswith("I7 every open attempt")

    def test_finds_a_refund_that_nobody_sends(self, trade):
        Refund.objects.update(status="unknown", check_at=None)

        assert any(name.startswith("I7 every open refund") for name in violated(trade))

    def test_finds_money_the_rows_do_not_explain(self, trade):
        Payment.objects.update(captured_minor=0, refunded_minor=0)
        Attempt.objects.filter(pk=Attempt.objects.first().pk).update(amount_minor=1)

        assert "I3 every succeeded attempt is posted once, with its amount" in violated(trade)


class TestTheCommand:
    def test_says_that_all_holds(self, trade, tmp_path):
        journal = tmp_path / "journal.jsonl"
        journal.write_text("\n".join(map(json.dumps, trade.journal())))
        out = io.StringIO()

        call_command("check_invariants", journal=journal, stdout=out)

        assert "all invariants hold" in out.getvalue()

    def test_fails_where_something_does_not(self, trade, tmp_path):
        journal = tmp_path / "journal.jsonl"
        journal.write_text(json.dumps(trade.journal()[0]))

        with pytest.raises(CommandError, match="violations"):
            call_command("check_invariants", journal=journal, stdout=io.StringIO())

    def test_needs_the_journal_it_was_told_of(self, tmp_path):
        with pytest.raises(CommandError, match="no journal"):
            call_command("check_invariants", journal=tmp_path / "none")
