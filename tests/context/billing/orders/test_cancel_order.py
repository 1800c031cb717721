"""Canceling: nothing is delivered, nothing is owed, and what was paid goes back."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from commerce.billing.inbox import (
    on_fulfilment_canceled,
    on_fulfilment_refused,
    on_return_received,
)
from commerce.billing.invoices.credits import RefundExceedsBalance
from commerce.billing.models import Attempt, CreditNote, Incident, Invoice, Order, Payment
from commerce.billing.orders import cancel_order as cancel_module
from commerce.billing.orders import expire_orders as expire_module
from commerce.billing.orders import finish_cancellations as finish_module
from commerce.billing.orders.cancel_order import OrderNotCancelable, cancel_order
from commerce.billing.orders.expire_orders import expire_orders
from commerce.billing.orders.finish_cancellations import finish_cancellations
from commerce.billing.orders.pay_order import OrderNotPayable
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.payments.call_off import PaymentInProgress
from commerce.billing.payments.gateway import CardDeclined, ProviderUnavailable
from commerce.billing.payments.provider import provider
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.billing.refunds.adopt_refund import adopt_refund
from commerce.fulfilment.interface.services import (
    AlreadyShipped,
    FulfilmentCanceledV1,
    FulfilmentRefusedV1,
    ReturnReceivedV1,
)
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import (
    BROKE,
    MINUTE,
    NOON,
    SECURE,
    balances,
    bought,
    complete,
    findings,
    moved,
    ship,
    start,
    told,
)

pytestmark = pytest.mark.usefixtures("shop")


def cancel(order, now=NOON):
    return cancel_order(order_id=order.id, reason="customer", now=now)


def refunded_in_the_dashboard(order, minor):
    """Somebody gives money back without us, and we hear of it."""
    attempt = Attempt.objects.get(payment__order=order)
    made = provider()._client.v1.refunds.create(
        {"payment_intent": attempt.provider_id, "amount": minor}
    )
    answer = provider().retrieve_refund(made.id)
    adopt_refund(answer=answer, attempt_id=attempt.id, now=NOON)


class TestCancelingAPaidOrder:
    def test_credits_the_invoice_and_sends_the_money_back(self, stripe, fulfilment):
        order = cancel(bought())

        assert (order.status, order.payment_status, order.fulfilment_status) == (
            "canceled",
            "refunded",
            "canceled",
        )
        invoice = Invoice.objects.get()
        assert (invoice.status, invoice.credited_minor) == ("paid", 30_99)
        assert invoice.credit_notes.get().number == "CN-202703-000001"
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert fulfilment.canceled == [order.id]
        assert fulfilment.holds == {}
        assert balances() == {}
        assert findings() == []

    def test_does_it_once(self, stripe):
        order = bought()

        cancel(order)
        cancel(order, now=NOON + MINUTE)

        assert moved(stripe, "refund_succeeded") == [30_99]
        assert len(told("billing.order_canceled.v1")) == 1

    def test_is_refused_once_something_has_left(self, fulfilment):
        order = bought()
        fulfilment.shipped.add(order.id)

        with pytest.raises(AlreadyShipped):
            cancel(order)

        order.refresh_from_db()
        assert (order.status, order.cancel_requested_at, order.cancel_reason) == ("paid", None, "")

    def test_is_refused_once_all_is_delivered(self):
        order = bought()
        ship(order)

        with pytest.raises(OrderNotCancelable):
            cancel(order)

    def test_ends_the_subscription_it_had_started(self, catalog):
        from commerce.billing.checkout.price_checkout import WantedLine
        from commerce.shared.money import Money
        from tests.context.billing.flows import mugs

        catalog.sell_plan("membership", Money(5_00, "USD"))
        order = bought(*mugs(1), WantedLine(plan="membership", quantity=1))

        cancel(order)

        assert order.lines.get(plan="membership").subscription.status == "canceled"

    def test_happens_when_the_warehouse_has_nothing_to_send(self, stripe):
        order = bought()

        on_fulfilment_refused(
            FulfilmentRefusedV1(order_id=order.id, reason="out of stock", refused_at=NOON)
        )

        order.refresh_from_db()
        assert (order.status, order.cancel_reason) == ("canceled", "fulfilment_refused")
        assert moved(stripe, "refund_succeeded") == [30_99]


class TestMoneyThatWasGivenBackInTheDashboard:
    @pytest.mark.parametrize(
        ("minor", "status"), [(10_00, "partially_refunded"), (30_99, "refunded")]
    )
    def test_shows_on_the_order_at_once(self, minor, status):
        order = bought()

        refunded_in_the_dashboard(order, minor)

        order.refresh_from_db()
        assert order.payment_status == status
        assert findings() == []


class TestCancelingWhatWasRefundedInTheDashboard:
    @pytest.mark.parametrize(("before", "after"), [(10_00, [10_00, 20_99]), (30_99, [30_99])])
    def test_gives_back_the_rest(self, stripe, before, after):
        order = bought()
        refunded_in_the_dashboard(order, before)

        order = cancel(order)

        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert moved(stripe, "refund_succeeded") == after
        assert Invoice.objects.get().credited_minor == 30_99
        assert balances() == {}
        assert findings() == []

    def test_takes_back_units_that_the_warehouse_cancels(self, stripe):
        order = bought()
        refunded_in_the_dashboard(order, 20_00)

        on_fulfilment_canceled(
            FulfilmentCanceledV1(
                order_id=order.id,
                units_by_line={str(order.lines.get().id): 2},
                reason="lost",
                canceled_at=NOON,
            )
        )

        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert moved(stripe, "refund_succeeded") == [20_00, 10_99]

    def test_takes_back_units_that_come_back(self, stripe):
        order = bought()
        ship(order)
        refunded_in_the_dashboard(order, 30_99)

        on_return_received(
            ReturnReceivedV1(
                order_id=order.id,
                return_id=new_id(),
                units_by_line={str(order.lines.get().id): 1},
                reason="too small",
                received_at=NOON,
            )
        )

        assert order.lines.get().quantity_returned == 1
        assert moved(stripe, "refund_succeeded") == [30_99]

    def test_lets_nobody_give_more_on_top(self, stripe):
        order = bought()
        refunded_in_the_dashboard(order, 20_00)

        with pytest.raises(RefundExceedsBalance):
            refund_order(
                order_id=order.id,
                reference="r",
                reason="goodwill",
                amount=Money(20_00, "USD"),
                now=NOON,
            )

        assert not CreditNote.objects.exists()


class TestACancellationThatBreaksOff:
    def test_goes_on_once_the_warehouse_has_stopped(self, stripe, fulfilment, monkeypatch):
        order, real = bought(), cancel_module.give_back

        def refuse(*_args, **_kwargs):
            raise RefundExceedsBalance(wanted=Money(1, "USD"), refundable=Money(0, "USD"))

        monkeypatch.setattr(cancel_module, "give_back", refuse)
        with pytest.raises(RefundExceedsBalance):
            cancel(order)

        order.refresh_from_db()
        assert (order.status, order.cancel_requested_at) == ("paid", NOON)
        assert finish_cancellations(now=NOON + 5 * MINUTE) == 0
        assert Incident.objects.get().kind == "cancellation_stuck"
        monkeypatch.setattr(cancel_module, "give_back", real)
        assert finish_cancellations(now=NOON + 10 * MINUTE) == 1
        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("canceled", "refunded")


class TestACancellationThatIsAskedFor:
    def test_lets_nobody_pay_once_it_is_asked_for(self, stripe):
        started = start()
        with pytest.raises(CardDeclined):
            complete(started, card=BROKE)
        Order.objects.update(cancel_requested_at=NOON)

        with pytest.raises(OrderNotPayable):
            complete(started)

        assert moved(stripe) == []


class TestCancelingAnUnpaidOrder:
    def test_voids_the_invoice_and_frees_the_stock(self, fulfilment, stripe):
        with pytest.raises(CardDeclined):
            complete(start(), card=BROKE)

        order = cancel(Order.objects.get())

        assert (order.status, order.payment_status) == ("canceled", "voided")
        assert Invoice.objects.get().status == "void"
        assert Payment.objects.get().status == "canceled"
        assert fulfilment.holds == {}
        assert fulfilment.canceled == []
        assert balances() == {}
        assert findings() == []

    def test_calls_the_payment_off_at_the_provider(self, stripe):
        done = complete(start(), card=SECURE)

        cancel(done.order)

        assert Attempt.objects.get().status == "canceled"
        with pytest.raises(Exception, match=r"requires_action|canceled"):
            stripe.control(
                "POST",
                f"payment_intents/{done.attempt.provider_id}/authenticate",
                {"outcome": "succeed"},
            )

    def test_refunds_it_when_the_money_was_faster(self, stripe):
        done = complete(start(), card=SECURE)
        stripe.control(
            "POST",
            f"payment_intents/{done.attempt.provider_id}/authenticate",
            {"outcome": "succeed"},
        )

        order = cancel(done.order)

        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert balances() == {}

    def test_waits_while_nobody_knows_whether_it_is_paid(self, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_before_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        order = complete(start()).order

        with pytest.raises(PaymentInProgress):
            cancel(order)

        order.refresh_from_db()
        assert (order.status, order.cancel_requested_at) == ("placed", None)

    def test_waits_while_the_provider_is_away(self, stripe):
        order = complete(start(), card=SECURE).order
        stripe.control("POST", "faults", {"kind": "too_many_requests", "count": 1})

        with pytest.raises(ProviderUnavailable):
            cancel(order)

        order.refresh_from_db()
        assert order.status == "placed"


class TestExpiringOrders:
    def test_leaves_those_alone_whose_time_is_not_over(self):
        order = complete(start(), card=SECURE).order

        assert expire_orders(now=NOON + 29 * MINUTE) == 0

        order.refresh_from_db()
        assert order.status == "placed"

    def test_cancels_at_the_provider_first_and_then_here(self, fulfilment, stripe):
        order = complete(start(), card=SECURE).order

        assert expire_orders(now=NOON + 30 * MINUTE) == 1

        order.refresh_from_db()
        assert (order.status, order.cancel_reason) == ("canceled", "not_paid_in_time")
        assert fulfilment.holds == {}
        assert findings() == []

    def test_never_touches_a_paid_order(self, stripe):
        order = bought()

        assert expire_orders(now=NOON + 365 * 24 * 60 * MINUTE) == 0

        order.refresh_from_db()
        assert order.status == "paid"

    def test_settles_an_unknown_payment_before_it_judges(self, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        order = complete(start()).order
        reconcile_payments(now=NOON + MINUTE)

        assert expire_orders(now=NOON + 31 * MINUTE) == 0

        order.refresh_from_db()
        assert order.status == "paid"

    def test_finds_out_by_itself_what_became_of_an_unknown_payment(self, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        order = complete(start()).order

        expire_orders(now=NOON + 31 * MINUTE)

        order.refresh_from_db()
        # The money had moved: it was settled, and went back because the time was over.
        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert findings() == []

    def test_does_not_let_one_order_stop_the_others(self, monkeypatch, stripe):
        broken = complete(start(), card=SECURE).order
        fine = complete(start(), card=SECURE).order
        real = expire_module.cancel_order

        def breaks_once(*, order_id, **kwargs):
            if order_id == broken.id:
                raise RuntimeError
            return real(order_id=order_id, **kwargs)

        monkeypatch.setattr(expire_module, "cancel_order", breaks_once)

        assert expire_orders(now=NOON + 31 * MINUTE) == 1

        fine.refresh_from_db()
        assert fine.status == "canceled"

    def test_takes_a_bounded_number_at_a_time(self, stripe):
        for _ in range(3):
            complete(start(), card=SECURE)

        assert [expire_orders(now=NOON + 31 * MINUTE, limit=2) for _ in range(3)] == [2, 1, 0]

    @pytest.mark.parametrize("sweep", [expire_orders, finish_cancellations])
    def test_does_not_swallow_the_end_of_the_tasks_time(self, monkeypatch, stripe, sweep):
        complete(start(), card=SECURE)
        Order.objects.update(cancel_requested_at=NOON)

        def runs_out_of_time(**_):
            raise SoftTimeLimitExceeded

        for name in (expire_module, finish_module):
            monkeypatch.setattr(name, "cancel_order", runs_out_of_time)

        with pytest.raises(SoftTimeLimitExceeded):
            sweep(now=NOON + 31 * MINUTE)

    def test_leaves_an_order_that_nobody_can_judge_for_the_next_run(self, stripe):
        order = complete(start(), card=SECURE).order
        stripe.control("POST", "faults", {"kind": "cut_before_commit", "count": 1})

        assert expire_orders(now=NOON + 31 * MINUTE) == 0
        assert expire_orders(now=NOON + 32 * MINUTE) == 1

        order.refresh_from_db()
        assert order.status == "canceled"
