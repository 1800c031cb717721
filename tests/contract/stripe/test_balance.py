"""Balance transactions: what each movement did to the account."""

import time

import pytest

from tests.contract.stripe.conftest import payment

WITHIN_S = 60


class TestBalanceTransactionOfACharge:
    def test_is_not_there_yet_when_the_payment_is_answered(self, pay):
        # Asynchronous capture is the default since API version 2024-04-10.
        intent = pay(expand=["latest_charge.balance_transaction"])

        assert intent.capture_method == "automatic_async"
        assert intent.latest_charge.balance_transaction is None

    def test_follows_a_moment_later(self, client, pay):
        intent = pay()

        deadline = time.monotonic() + WITHIN_S
        while True:
            charge = client.v1.charges.retrieve(
                intent.latest_charge, {"expand": ["balance_transaction"]}
            )
            if charge.balance_transaction:
                break
            assert time.monotonic() < deadline
            time.sleep(1)
        transaction = charge.balance_transaction
        assert (transaction.type, transaction.source) == ("charge", charge.id)
        assert transaction.net == transaction.amount - transaction.fee
        assert transaction.fee > 0

    def test_is_there_at_once_with_synchronous_capture(self, pay):
        intent = pay(capture_method="automatic", expand=["latest_charge.balance_transaction"])

        assert intent.latest_charge.balance_transaction.type == "charge"


class TestBalance:
    """Sandbox only: it has no other movements, and settles each currency in itself."""

    @pytest.fixture
    def intent(self, sandbox_client):
        return sandbox_client.v1.payment_intents.create(payment(amount=100_00))

    def test_charges_the_standard_fee_and_keeps_it_on_a_refund(self, sandbox_client, intent):
        sandbox_client.v1.refunds.create({"payment_intent": intent.id, "amount": 40_00})

        refund, charge = sandbox_client.v1.balance_transactions.list().data
        assert (charge.amount, charge.fee, charge.net) == (100_00, 3_20, 96_80)
        assert [detail.amount for detail in charge.fee_details] == [3_20]
        assert (refund.type, refund.amount, refund.fee, refund.net) == ("refund", -40_00, 0, -40_00)

    @pytest.mark.parametrize(("amount", "fee"), [(10_10, 59), (25_00, 1_03), (50, 31)])
    def test_rounds_the_fee_half_up(self, sandbox_client, amount, fee):
        sandbox_client.v1.payment_intents.create(payment(amount=amount))

        assert sandbox_client.v1.balance_transactions.list().data[0].fee == fee

    def test_is_pending_until_its_day_has_come(self, sandbox, sandbox_client, intent):
        (before,) = sandbox_client.v1.balance_transactions.list().data

        sandbox.control("POST", "clock", {"offset_s": 3 * 24 * 60 * 60})

        after = sandbox_client.v1.balance_transactions.retrieve(before.id)
        assert (before.status, after.status) == ("pending", "available")

    def test_is_found_by_source_type_and_currency(self, sandbox_client, intent):
        refund = sandbox_client.v1.refunds.create({"payment_intent": intent.id})

        def find(**filters):
            found = sandbox_client.v1.balance_transactions.list(filters)
            return [transaction.source for transaction in found.data]

        assert find(source=refund.id) == [refund.id]
        assert find(type="charge") == [intent.latest_charge]
        assert find(currency="eur") == [refund.id, intent.latest_charge]
        assert find(currency="usd") == []
