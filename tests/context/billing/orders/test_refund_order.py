"""Refunding: by units, with delivery, or by an amount; never more than was taken."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.invoices.credits import QuantityExceedsRefundable, RefundExceedsBalance
from commerce.billing.models import Attempt, CreditNote, Incident, Payment, Refund
from commerce.billing.orders.refund_order import (
    NothingToRefund,
    RefundCurrencyDiffers,
    UnknownOrderLine,
    refund_order,
)
from commerce.billing.refunds.start_refund import start_refund
from commerce.billing.refunds.sweep_refunds import sweep_refunds
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import (
    BERLIN,
    MINUTE,
    NOON,
    SECURE,
    balances,
    bought,
    complete,
    findings,
    moved,
    mugs,
    ship,
    start,
    told,
)

pytestmark = pytest.mark.usefixtures("shop")


def refund(order, *, reference=None, reason="goodwill", **what):
    return refund_order(
        order_id=order.id, reference=reference or str(new_id()), reason=reason, **what, now=NOON
    )


def usd(minor):
    return Money(minor, "USD")


class TestRefundingUnits:
    def test_gives_back_their_price_and_tax(self, stripe):
        order = bought(shipping_address=BERLIN)

        made = refund(order, units_by_line={order.lines.get().id: 2})

        assert made.status == "succeeded"
        assert moved(stripe, "refund_succeeded") == [25_00 + 4_75]
        order.refresh_from_db()
        assert order.payment_status == "partially_refunded"
        assert findings() == []

    def test_gives_delivery_back_only_when_asked_to(self, stripe):
        order = bought()

        refund(order, units_by_line={order.lines.get().id: 1})
        refund(order, with_delivery=True)

        assert moved(stripe, "refund_succeeded") == [12_50, 5_99]

    def test_gives_no_unit_back_twice(self, stripe):
        order = bought()
        line = order.lines.get().id
        refund(order, units_by_line={line: 1})

        with pytest.raises(QuantityExceedsRefundable) as refused:
            refund(order, units_by_line={line: 2})

        assert (refused.value.wanted, refused.value.refundable) == (2, 1)

    def test_knows_the_lines_of_its_own_order_only(self):
        first, second = bought(), bought()

        with pytest.raises(UnknownOrderLine):
            refund(first, units_by_line={second.lines.get().id: 1})


class TestRefundingAnAmount:
    def test_spreads_it_over_what_was_charged(self, stripe):
        order = bought(*mugs(2), WantedLine(sku="pot", quantity=1))

        refund(order, amount=usd(6_10))

        shares = CreditNote.objects.get().lines.order_by("invoice_line__position")
        # 25.00, 30.00 and 5.99 of 60.99.
        assert [share.total_minor for share in shares] == [2_50, 3_00, 60]
        assert findings() == []

    def test_refuses_more_than_is_left(self, stripe):
        order = bought()

        results = []
        for minor in (9999_99, 30_00, 1_00):
            try:
                results.append(refund(order, amount=usd(minor)).amount_minor)
            except RefundExceedsBalance as refused:
                results.append(f"only {refused.refundable.minor}")

        assert results == ["only 3099", 30_00, "only 99"]
        assert moved(stripe, "refund_succeeded") == [30_00]

    def test_refuses_another_currency(self):
        with pytest.raises(RefundCurrencyDiffers):
            refund(bought(), amount=Money(1_00, "EUR"))

    def test_takes_back_revenue_for_what_was_delivered(self, stripe):
        order = bought()
        ship(order)

        refund(order, amount=usd(10_00))

        assert balances() == {"provider_clearing": 20_99, "revenue": -20_99}

    def test_lowers_what_will_be_earned_for_what_was_not(self, stripe):
        order = bought()

        refund(order, amount=usd(10_00))
        ship(order)

        assert balances() == {"provider_clearing": 20_99, "revenue": -20_99}
        assert findings() == []


class TestTheTables:
    """The last line: what they say when the rule above them is gone."""

    @pytest.mark.parametrize(
        ("table", "change", "constraint"),
        [
            ("billing_payment", "refunded_minor = 3100", "refunded_at_most_captured"),
            ("billing_payment", "captured_minor = 0", "refunded_at_most_captured"),
            ("billing_invoiceline", "credited_quantity = 3", "credited_at_most_charged"),
            ("billing_invoiceline", "credited_net_minor = 2501", "credited_at_most_charged"),
            ("billing_invoice", "credited_minor = 3100", "credited_at_most_total"),
        ],
    )
    def test_refuse_more_back_than_was_taken(self, stripe, table, change, constraint):
        refund(bought(), amount=usd(1_00))

        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET {change}")

    def test_are_asked_politely_before(self, stripe):
        payment = bought().payments.get()

        with pytest.raises(RefundExceedsBalance) as refused, transaction.atomic():
            start_refund(
                payment=payment,
                attempt=payment.attempts.get(),
                amount=usd(31_00),
                reference="too much",
                reason="goodwill",
                now=NOON,
            )

        assert refused.value.refundable == usd(30_99)

    def test_refuse_a_second_refund_for_one_cause(self, stripe):
        made = refund(bought(), amount=usd(1_00))

        with pytest.raises(IntegrityError, match="reference"), transaction.atomic():
            Refund.objects.create(
                payment=made.payment,
                attempt=made.attempt,
                reference=made.reference,
                reason="goodwill",
                amount_minor=1,
                currency="USD",
                created_at=NOON,
            )

    def test_refuse_a_second_open_attempt(self):
        attempt = complete(start(), card=SECURE).attempt

        with pytest.raises(IntegrityError, match="one_open_per_payment"), transaction.atomic():
            Attempt.objects.create(
                payment=attempt.payment,
                attempt_no=2,
                amount_minor=1,
                currency="USD",
                payment_method="pm_1",
                off_session=False,
                created_at=NOON,
            )


class TestARefund:
    def test_is_made_once_for_each_reference(self, stripe):
        order = bought()

        first = refund(order, reference="same", amount=usd(5_00))
        second = refund(order, reference="same", amount=usd(5_00))

        assert first == second
        assert moved(stripe, "refund_succeeded") == [5_00]

    def test_needs_money_that_was_paid(self):
        order = complete(start(), card=SECURE).order

        with pytest.raises(NothingToRefund):
            refund(order, amount=usd(1_00))

    def test_is_announced_when_the_money_is_gone(self, stripe):
        refund(bought(), amount=usd(5_00))

        (message,) = told("billing.refund_settled.v1")
        assert message["amount"] == {"amount": 5_00, "currency": "USD"}

    def test_stays_open_while_the_bank_takes_its_time(self, stripe):
        made = refund(bought(card="pm_card_pendingRefund"), amount=usd(5_00))

        assert made.status in ("pending", "succeeded")
        sweep_refunds(now=NOON + MINUTE)
        made.refresh_from_db()
        assert made.status == "succeeded"
        assert findings() == []

    def test_that_fails_is_owed_again_and_a_person_is_called(self, stripe):
        order = bought(card="pm_card_refundFail")
        made = refund(order, amount=usd(5_00))
        # The bank sends it back afterwards; a look at the provider tells.
        from commerce.billing.payments.provider import provider
        from commerce.billing.refunds.record_refund import record_refund

        answer = provider().retrieve_refund(made.provider_id)
        record_refund(refund_id=made.id, answer=answer, now=NOON + MINUTE)

        made.refresh_from_db()
        order.refresh_from_db()
        assert (made.status, order.payment_status) == ("failed", "paid")
        assert Payment.objects.get().refunded_minor == 0
        assert Incident.objects.get().kind == "refund_failed"
        assert balances()["refunds_payable"] == -5_00
        assert findings() == []

    def test_whose_answer_was_lost_is_sent_again_under_its_own_key(self, stripe):
        order = bought()
        stripe.control(
            "POST", "faults", {"kind": "cut_after_commit", "count": 1, "path": "/v1/refunds"}
        )
        made = refund(order, amount=usd(5_00))
        assert made.status == "unknown"

        sweep_refunds(now=NOON + MINUTE)

        made.refresh_from_db()
        assert made.status == "succeeded"
        assert moved(stripe, "refund_succeeded") == [5_00]

    def test_that_the_provider_does_not_accept_is_a_case_for_a_person(self, stripe):
        order = bought()
        Refund.objects.all().delete()
        from commerce.billing.payments.provider import provider

        # Somebody gives everything back in the provider's dashboard.
        payment = Payment.objects.get()
        provider()._client.v1.refunds.create({"payment_intent": payment.attempts.get().provider_id})

        made = refund(order, amount=usd(5_00))

        assert made.status == "failed"
        assert Incident.objects.get().kind == "refund_failed"
        assert Payment.objects.get().refunded_minor == 0
