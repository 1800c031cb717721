"""Two at once: clicks, tabs, webhooks and clerks meet on real connections, and one of each wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from commerce.billing.models import Attempt, CreditNote, Order, Payment, Refund
from commerce.billing.orders import cancel_order as cancel_module
from commerce.billing.orders import refund_order as refund_module
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.payments.gateway import ChargeStatus
from commerce.billing.payments.provider import provider
from commerce.billing.payments.record_charge import record_charge
from commerce.billing.refunds.send_refund import send_refund
from commerce.billing.refunds.sweep_refunds import sweep_refunds
from commerce.shared.errors import CommerceError
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import (
    MINUTE,
    NOON,
    SECURE,
    balances,
    bought,
    complete,
    findings,
    moved,
    start,
    told,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run all together, each on a connection of its own; a refusal is a result."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[i] = call()
        except Exception as failure:  # noqa: BLE001 - told to the test, which raises it
            results[i] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, call)) for i, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, CommerceError):
            raise result
    return results


class TestEightCompletionsOfOneCheckout:
    def test_make_one_order_and_one_charge(self, stripe):
        started = start()

        results = at_once(*[lambda: complete(started)] * 8)

        assert {result.order.pk for result in results} == {Order.objects.get().pk}
        assert Attempt.objects.count() == 1
        assert moved(stripe) == [30_99]
        assert len(told("billing.order_placed.v1")) == 1
        assert findings() == []


class TestRetriesAfterADecline:
    def test_make_one_charge_however_many_cards_are_tried_at_once(self, stripe):
        started = start()
        with pytest.raises(CommerceError):
            complete(started, card="pm_card_visa_chargeDeclined")

        at_once(*[lambda: complete(started, card="pm_card_mastercard")] * 6)

        assert moved(stripe) == [30_99]
        assert Payment.objects.get().status == "succeeded"
        assert findings() == []


class TestNewsThatComesAfterADecline:
    def test_is_what_a_second_completion_is_told(self, stripe):
        started = start()
        first = complete(started, card=SECURE).attempt
        stripe.control(
            "POST", f"payment_intents/{first.provider_id}/authenticate", {"outcome": "succeed"}
        )
        charge = provider().retrieve(first.provider_id)
        # We took the first for declined, and another try ended badly, before its news came.
        record_charge(
            attempt_id=first.id,
            charge=replace(charge, status=ChargeStatus.DECLINED, decline_code="lost"),
            now=NOON,
        )
        with pytest.raises(CommerceError):
            complete(started, card="pm_card_visa_chargeDeclined")
        record_charge(attempt_id=first.id, charge=charge, now=NOON)

        again = complete(started)

        assert (again.order.status, again.attempt.pk) == ("paid", first.pk)
        assert again.attempt.status == "succeeded"


class TestNewsFromEverywhere:
    def test_settles_once(self, stripe):
        attempt = complete(start(), card=SECURE).attempt
        stripe.control(
            "POST", f"payment_intents/{attempt.provider_id}/authenticate", {"outcome": "succeed"}
        )
        charge = provider().retrieve(attempt.provider_id)

        at_once(*[lambda: record_charge(attempt_id=attempt.id, charge=charge, now=NOON)] * 6)

        assert len(told("billing.payment_settled.v1")) == 1
        assert len(told("fulfilment.request_fulfilment.v1")) == 1
        assert balances()["provider_clearing"] == 30_99
        assert findings() == []


class TestClerksWhoRefundAtOnce:
    def test_give_back_no_more_than_was_taken(self, stripe):
        order = bought()

        results = at_once(
            *[
                lambda: refund_order(
                    order_id=order.id,
                    reference=str(new_id()),
                    reason="goodwill",
                    amount=Money(10_00, "USD"),
                    now=NOON,
                )
            ]
            * 8
        )

        assert sum(isinstance(result, Refund) for result in results) == 3
        assert Payment.objects.get().refunded_minor == 30_00
        assert moved(stripe, "refund_succeeded") == [10_00] * 3
        assert sorted(CreditNote.objects.values_list("number", flat=True)) == [
            f"CN-202703-00000{n}" for n in (1, 2, 3)
        ]
        assert findings() == []

    def test_with_the_same_key_give_back_once(self, stripe):
        order = bought()

        results = at_once(
            *[
                lambda: refund_order(
                    order_id=order.id,
                    reference="one request",
                    reason="goodwill",
                    amount=Money(10_00, "USD"),
                    now=NOON,
                )
            ]
            * 5
        )

        assert {result.pk for result in results} == {Refund.objects.get().pk}
        assert moved(stripe, "refund_succeeded") == [10_00]

    def test_meet_the_sweeper_who_sends_the_same_refund(self, stripe, monkeypatch):
        order = bought()
        monkeypatch.setattr(refund_module, "send_refund", lambda **_: None)
        refund_order(
            order_id=order.id,
            reference="r",
            reason="goodwill",
            amount=Money(10_00, "USD"),
            now=NOON,
        )
        refund = Refund.objects.get()

        at_once(*[lambda: send_refund(refund_id=refund.pk, now=NOON)] * 4)

        assert moved(stripe, "refund_succeeded") == [10_00]
        sweep_refunds(now=NOON + MINUTE)
        assert Refund.objects.get().status == "succeeded"
        assert findings() == []


class TestCancelingWhilePaying:
    @pytest.mark.parametrize("seed", range(3))
    def test_ends_paid_and_refunded_or_never_charged(self, stripe, fulfilment, seed):
        started = start()
        with pytest.raises(CommerceError):
            complete(started, card="pm_card_visa_chargeDeclined")
        order = Order.objects.get()

        at_once(
            lambda: complete(started),
            lambda: cancel_order(order_id=order.id, reason="customer", now=NOON),
            lambda: cancel_order(order_id=order.id, reason="customer", now=NOON),
        )

        order.refresh_from_db()
        charged, refunded = sum(moved(stripe)), sum(moved(stripe, "refund_succeeded"))
        if order.status == "canceled":
            assert charged == refunded
            assert bool(charged) == (order.id in fulfilment.canceled)
            assert balances() == {}
        else:
            assert (order.status, charged, refunded) == ("paid", 30_99, 0)
        assert findings() == []

    def test_tells_the_warehouse_when_the_money_comes_at_the_last_moment(
        self, stripe, fulfilment, monkeypatch
    ):
        done = complete(start(), card=SECURE)
        stripe.control(
            "POST",
            f"payment_intents/{done.attempt.provider_id}/authenticate",
            {"outcome": "succeed"},
        )
        charge, real = provider().retrieve(done.attempt.provider_id), cancel_module.lock_order_money

        def settled_just_before(order_id):
            monkeypatch.setattr(cancel_module, "lock_order_money", real)
            at_once(lambda: record_charge(attempt_id=done.attempt.id, charge=charge, now=NOON))
            return real(order_id)

        # The provider was asked a moment too early, and its news comes by webhook.
        monkeypatch.setattr(cancel_module, "call_off", lambda **_: None)
        monkeypatch.setattr(cancel_module, "lock_order_money", settled_just_before)

        order = cancel_order(order_id=done.order.id, reason="customer", now=NOON)

        assert (order.status, order.payment_status) == ("canceled", "refunded")
        assert fulfilment.canceled == [order.id]
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert findings() == []
