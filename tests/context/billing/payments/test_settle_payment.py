"""Settling: the one place where money becomes a fact, however late, often or wrongly it is told."""

from __future__ import annotations

import dataclasses

import pytest

from commerce.billing.models import Attempt, Incident, Invoice, Order, Payment, Refund
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.payments.fail_payment import fail_payment
from commerce.billing.payments.gateway import Charge, ChargeStatus
from commerce.billing.payments.note_progress import note_progress
from commerce.billing.payments.record_charge import record_charge
from commerce.billing.payments.settle_payment import settle_payment
from commerce.billing.refunds.fail_refund import fail_refund
from commerce.billing.refunds.sweep_refunds import sweep_refunds
from commerce.shared.money import Money
from tests.context.billing.flows import (
    HOUR,
    MINUTE,
    NOON,
    SECURE,
    balances,
    complete,
    findings,
    moved,
    start,
    told,
)

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def waiting(stripe):
    """An attempt that waits for 3-D Secure."""
    return complete(start(), card=SECURE).attempt


def success(attempt, **changes) -> Charge:
    charge = Charge(
        provider_id=attempt.provider_id,
        status=ChargeStatus.SUCCEEDED,
        captured=attempt.amount,
        attempt_id=attempt.id,
    )
    return dataclasses.replace(charge, **changes)


class TestSettling:
    def test_marks_payment_invoice_and_order_in_one_step(self, waiting):
        settle_payment(attempt_id=waiting.id, charge=success(waiting), now=NOON + MINUTE)

        assert Attempt.objects.get().status == "succeeded"
        assert Payment.objects.get().captured_minor == 30_99
        assert Invoice.objects.get().paid_minor == 30_99
        assert Order.objects.get().status == "paid"
        assert findings() == []

    def test_changes_nothing_the_second_time(self, waiting):
        for minutes in (1, 2, 3):
            settle_payment(
                attempt_id=waiting.id, charge=success(waiting), now=NOON + minutes * MINUTE
            )

        assert Order.objects.get().paid_at == NOON + MINUTE
        assert len(told("billing.payment_settled.v1")) == 1
        assert len(told("fulfilment.request_fulfilment.v1")) == 1
        assert balances()["provider_clearing"] == 30_99

    def test_is_not_undone_by_bad_news_that_comes_late(self, waiting):
        settle_payment(attempt_id=waiting.id, charge=success(waiting), now=NOON + MINUTE)

        fail_payment(attempt_id=waiting.id, decline_code="late", now=NOON + HOUR)
        note_progress(attempt_id=waiting.id, charge=None, now=NOON + HOUR)

        assert Order.objects.get().status == "paid"
        assert Payment.objects.get().status == "succeeded"

    def test_believes_that_money_has_moved_even_after_a_decline(self, waiting):
        fail_payment(attempt_id=waiting.id, decline_code="generic_decline", now=NOON)

        settle_payment(attempt_id=waiting.id, charge=success(waiting), now=NOON + MINUTE)

        assert Order.objects.get().status == "paid"
        assert findings() == []


class TestMoneyOfAnotherAmount:
    @pytest.mark.parametrize("captured", [Money(1, "USD"), Money(30_99, "EUR")])
    def test_is_not_believed(self, waiting, captured):
        charge = success(waiting, captured=captured)

        record_charge(attempt_id=waiting.id, charge=charge, now=NOON + MINUTE)

        assert Order.objects.get().status == "placed"
        attempt, incident = Attempt.objects.get(), Incident.objects.get()
        assert (attempt.status, attempt.check_at) == ("unknown", None)
        assert incident.kind == "amount_mismatch"
        assert balances() == {"receivable": 30_99, "deferred_revenue": -30_99}


class TestMoneyThatNobodyOwes:
    def test_goes_back_when_the_order_was_canceled_meanwhile(self, stripe):
        # The provider confirms the cancellation, and the bank's answer still arrives afterwards.
        done = complete(start(), card=SECURE)
        cancel_order(order_id=done.order.id, reason="customer", now=NOON)
        attempt = Attempt.objects.get()
        assert attempt.status == "canceled"

        settle_payment(attempt_id=attempt.id, charge=success(attempt), now=NOON + MINUTE)

        order, payment, refund = Order.objects.get(), Payment.objects.get(), Refund.objects.get()
        assert (order.status, payment.status) == ("canceled", "succeeded")
        assert (refund.amount_minor, refund.reason) == (30_99, "not_owed")
        assert balances() == {"provider_clearing": 30_99, "refunds_payable": -30_99}
        assert told("fulfilment.request_fulfilment.v1") == []
        assert findings() == []

        # It cannot go back: a person has the case, and the order is no more paid than before.
        fail_refund(refund_id=refund.id, reason="expired_or_canceled_card", now=NOON + MINUTE)
        assert Order.objects.get().payment_status == "voided"

    def test_goes_back_when_the_invoice_was_lowered_meanwhile(self, waiting):
        Invoice.objects.update(credited_minor=5_00)

        settle_payment(attempt_id=waiting.id, charge=success(waiting), now=NOON + MINUTE)

        assert (Invoice.objects.get().status, Order.objects.get().status) == ("open", "placed")
        assert Refund.objects.get().amount_minor == 30_99

    def test_goes_back_when_another_attempt_was_faster(self, stripe, waiting):
        fail_payment(attempt_id=waiting.id, decline_code="gave_up", now=NOON)
        done = complete(self.checkout(), now=NOON + MINUTE)
        assert done.attempt.attempt_no == 2
        stripe.control(
            "POST", f"payment_intents/{waiting.provider_id}/authenticate", {"outcome": "succeed"}
        )

        settle_payment(attempt_id=waiting.id, charge=success(waiting), now=NOON + HOUR)
        sweep_refunds(now=NOON + HOUR)

        payment = Payment.objects.get()
        assert (payment.captured_minor, payment.refunded_minor) == (2 * 30_99, 30_99)
        assert moved(stripe) == [30_99, 30_99]
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert Order.objects.get().payment_status == "paid"
        assert findings() == []

    def checkout(self):
        class Again:
            checkout = Order.objects.get().checkout

        return Again
