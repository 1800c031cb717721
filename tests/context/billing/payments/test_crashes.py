"""The process dies between any two beats. After a restart and one sweep, no money is doubled or lost."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.checkout import complete_checkout as complete_module
from commerce.billing.models import Attempt, Invoice, Order, Payment, Refund
from commerce.billing.orders import cancel_order as cancel_module
from commerce.billing.orders import refund_order as refund_module
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.expire_orders import expire_orders
from commerce.billing.orders.finish_cancellations import finish_cancellations
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.payments import record_charge as record_module
from commerce.billing.payments import send_attempt as send_module
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.billing.payments.stripe_gateway import StripeGateway
from commerce.billing.refunds import send_refund as send_refund_module
from commerce.billing.refunds.sweep_refunds import sweep_refunds
from commerce.shared.money import Money
from tests.context.billing.flows import (
    MINUTE,
    NOON,
    balances,
    bought,
    complete,
    findings,
    moved,
    start,
)
from tests.killed import Killed, dies, dies_after

pytestmark = pytest.mark.usefixtures("shop")


def sweep(now: dt.datetime) -> None:
    """What the clock's bells would do now."""
    finish_cancellations(now=now)
    expire_orders(now=now)
    reconcile_payments(now=now)
    sweep_refunds(now=now)


# Where the process ends, and whether the customer comes back with the same request.
BEFORE_PLACING = (complete_module, "_place", dies)
AFTER_PLACING = (send_module, "request_of", dies)
BEFORE_SENDING = (StripeGateway, "charge", dies)
AFTER_THE_ANSWER = (StripeGateway, "charge", dies_after(StripeGateway.charge))
BEFORE_SETTLING = (record_module, "settle_payment", dies)
AFTER_SETTLING = (record_module, "settle_payment", dies_after(record_module.settle_payment))

POINTS = {
    "before the order is placed": BEFORE_PLACING,
    "after the order is placed": AFTER_PLACING,
    "before the provider is asked": BEFORE_SENDING,
    "after the provider has answered": AFTER_THE_ANSWER,
    "before the answer is recorded": BEFORE_SETTLING,
    "after the answer is recorded": AFTER_SETTLING,
}


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS.keys())
class TestBuyingWhileProcessesDie:
    def kill(self, monkeypatch, point):
        with monkeypatch.context() as patch:
            patch.setattr(*point)
            with pytest.raises(Killed):
                complete(self.started)

    def test_charges_once_when_the_customer_comes_back(self, monkeypatch, stripe, point):
        self.started = start()
        self.kill(monkeypatch, point)

        sweep(NOON + 2 * MINUTE)
        done = complete(self.started, now=NOON + 3 * MINUTE)

        assert done.order.status == "paid"
        assert moved(stripe) == [30_99]
        assert Order.objects.count() == Invoice.objects.count() == 1
        assert findings() == []

    def test_leaves_nothing_stuck_when_the_customer_does_not(self, monkeypatch, stripe, point):
        self.started = start()
        self.kill(monkeypatch, point)

        sweep(NOON + 2 * MINUTE)
        sweep(NOON + 40 * MINUTE)

        charged = moved(stripe)
        if point is BEFORE_PLACING:
            assert (charged, Order.objects.count()) == ([], 0)
        else:
            assert charged == [30_99]
            assert Order.objects.get().status == "paid"
        assert not Attempt.objects.filter(status__in=Attempt.OPEN).exists()
        assert findings() == []


class TestRefundingWhileProcessesDie:
    POINTS = {
        "before the provider is asked": (StripeGateway, "refund", dies),
        "after the provider has answered": (
            StripeGateway,
            "refund",
            dies_after(StripeGateway.refund),
        ),
        "before the answer is recorded": (send_refund_module, "record_refund", dies),
        "before it is sent at all": (refund_module, "send_refund", dies),
    }

    @pytest.mark.parametrize("point", POINTS.values(), ids=POINTS.keys())
    def test_gives_back_once(self, monkeypatch, stripe, point):
        order = bought()
        with monkeypatch.context() as patch:
            patch.setattr(*point)
            with pytest.raises(Killed):
                self.refund(order)

        sweep(NOON + 5 * MINUTE)
        again = self.refund(order, now=NOON + 6 * MINUTE)

        assert again.status == "succeeded"
        assert moved(stripe, "refund_succeeded") == [5_00]
        assert Refund.objects.count() == 1
        assert Payment.objects.get().refunded_minor == 5_00
        assert findings() == []

    def refund(self, order, now=NOON):
        return refund_order(
            order_id=order.id,
            reference="the-same-request",
            reason="goodwill",
            amount=Money(5_00, "USD"),
            now=now,
        )


class TestCancelingWhileProcessesDie:
    POINTS = {
        "before the warehouse is told": (cancel_module, "call_off", dies),
        "after the warehouse is told": (cancel_module, "lock_order_money", dies),
        "before the money is sent back": (cancel_module, "send_refund", dies),
    }

    @pytest.mark.parametrize("point", POINTS.values(), ids=POINTS.keys())
    def test_ends_canceled_and_refunded(self, monkeypatch, stripe, fulfilment, point):
        order = bought()
        with monkeypatch.context() as patch:
            patch.setattr(*point)
            with pytest.raises(Killed):
                cancel_order(order_id=order.id, reason="customer", now=NOON)

        sweep(NOON + 5 * MINUTE)

        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert order.id in fulfilment.canceled
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert balances() == {}
        assert findings() == []
