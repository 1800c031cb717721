"""Completing a checkout: an order, an open invoice, and money asked for outside any transaction."""

from __future__ import annotations

import pytest

from commerce.billing.checkout import complete_checkout as module
from commerce.billing.checkout.change_checkout import Change, change_checkout
from commerce.billing.checkout.errors import (
    CheckoutExpired,
    DeliveryOptionRequired,
    PaymentMethodRequired,
    ShippingAddressRequired,
    TotalChanged,
)
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import Checkout, Invoice, Order, Payment
from commerce.billing.payments.check_schedule import CHECK_DELAYS
from commerce.billing.payments.gateway import CardDeclined, ProviderUnavailable
from commerce.fulfilment.interface.services import OutOfStock
from commerce.shared.errors import Stale
from commerce.shared.money import Money
from tests.context.billing.flows import (
    BERLIN,
    BROKE,
    DAY,
    HOME,
    MINUTE,
    NOON,
    SECURE,
    balances,
    bought,
    complete,
    findings,
    moved,
    mugs,
    start,
    told,
)
from tests.factories.identity import UserFactory
from tests.fakes.provider import PowerCut

pytestmark = pytest.mark.usefixtures("shop")


class TestCompletingACheckout:
    def test_leaves_a_paid_order_with_its_invoice_and_balanced_books(self, stripe):
        done = complete(start())

        order, invoice = Order.objects.get(), Invoice.objects.get()
        assert done.order == order
        assert (order.status, order.payment_status, order.fulfilment_status) == (
            "paid",
            "paid",
            "unfulfilled",
        )
        assert order.total == Money(30_99, "USD")
        assert (invoice.status, invoice.number) == ("paid", "INV-202703-000001")
        assert [(x.kind, x.total_minor) for x in invoice.lines.all()] == [
            ("item", 25_00),
            ("delivery", 5_99),
        ]
        assert moved(stripe) == [30_99]
        assert balances() == {"provider_clearing": 30_99, "deferred_revenue": -30_99}
        assert findings() == []

    def test_asks_the_warehouse_for_exactly_what_was_bought(self, stripe):
        done = complete(start(*mugs(2), WantedLine(sku="pot", quantity=1)))

        (request,) = told("fulfilment.request_fulfilment.v1")
        assert [(x["sku"], x["quantity"]) for x in request["lines"]] == [("mug", 2), ("pot", 1)]
        assert request["reservation_reference"] == f"{done.order.checkout_id}:1"
        assert request["ship_to"]["city"] == "Portland"

    def test_announces_each_step_once(self, stripe):
        complete(start())

        for name in ("order_placed", "invoice_finalized", "payment_settled", "order_paid"):
            assert len(told(f"billing.{name}.v1")) == 1, name

    def test_writes_the_tax_of_the_country_on_every_line(self, stripe, catalog):
        catalog.tax_categories["pot"] = "food"
        done = complete(start(*mugs(1), WantedLine(sku="pot", quantity=1), shipping_address=BERLIN))

        # 12.50 at 19 % = 2.375, 30.00 at 7 % = 2.10, 5.99 delivery at 19 % = 1.1381: each half up.
        assert [line.tax_minor for line in done.lines] == [2_38, 2_10]
        assert done.order.tax == Money(2_38 + 2_10 + 1_14, "USD")
        assert balances()["tax_payable"] == -(2_38 + 2_10 + 1_14)

    def test_holds_stock_under_the_checkouts_own_reference(self, fulfilment, stripe):
        started = start()
        complete(started, card=SECURE)

        assert fulfilment.holds == {f"{started.checkout.id}:1": {"mug": 2}}

    def test_carries_the_guests_secret_over_to_the_order(self, stripe):
        started = start()

        done = complete(started)

        assert done.order.secret_hash == started.checkout.secret_hash

    def test_needs_no_address_for_what_is_not_shipped(self, catalog, stripe):
        catalog.digital.add("mug")

        order = bought(shipping_address=None, delivery_option="")

        assert (order.status, order.fulfilment_status) == ("fulfilled", "not_required")
        assert balances() == {"provider_clearing": 25_00, "revenue": -25_00}
        assert findings() == []

    def test_asks_for_no_money_where_nothing_costs_anything(self, catalog, stripe):
        catalog.prices["mug"] = Money(0, "USD")
        catalog.digital.add("mug")

        done = complete(start(shipping_address=None, delivery_option=""), card="")

        assert (done.order.status, done.attempt) == ("fulfilled", None)
        assert Invoice.objects.get().status == "paid"
        assert stripe.journal() == []
        assert findings() == []


class TestCompletingAgain:
    def test_returns_the_order_that_exists(self, stripe):
        started = start()
        first = complete(started)

        second = complete(started, now=NOON + MINUTE)

        assert second.order == first.order
        assert second.attempt == first.attempt
        assert moved(stripe) == [30_99]

    def test_tries_another_card_after_a_decline(self, stripe):
        started = start()
        with pytest.raises(CardDeclined) as declined:
            complete(started, card=BROKE)
        assert declined.value.decline_code == "insufficient_funds"
        assert declined.value.retryable

        done = complete(started, now=NOON + MINUTE)

        assert (done.order.status, done.attempt.attempt_no) == ("paid", 2)
        assert moved(stripe) == [30_99]
        assert Payment.objects.get().attempts.count() == 2
        assert findings() == []

    def test_makes_no_second_attempt_while_one_is_open(self, stripe):
        started = start()
        first = complete(started, card=SECURE)

        second = complete(started, now=NOON + MINUTE)

        assert second.attempt == first.attempt
        assert second.attempt.status == "requires_action"
        assert second.attempt.next_action["client_secret"]

    def test_is_too_late_when_the_stock_is_no_longer_held(self, stripe):
        started = start()
        with pytest.raises(CardDeclined):
            complete(started, card=BROKE)

        with pytest.raises(Exception, match="canceled, or its stock") as late:
            complete(started, now=NOON + 31 * MINUTE)

        assert late.value.code == "order_not_payable"


class TestARefusedCompletion:
    def test_leaves_no_order_behind_when_a_line_is_out_of_stock(self, fulfilment, stripe):
        fulfilment.stock["mug"] = 1

        with pytest.raises(OutOfStock) as refused:
            complete(start())

        assert (refused.value.wanted, refused.value.available) == (2, 1)
        assert not Order.objects.exists()
        assert stripe.journal() == []

    def test_shows_the_new_total_when_the_price_has_changed(self, catalog, stripe):
        started = start()
        catalog.prices["mug"] = Money(13_00, "USD")

        with pytest.raises(TotalChanged) as changed:
            complete(started)

        assert changed.value.totals.total == Money(31_99, "USD")
        checkout = Checkout.objects.get()
        assert (checkout.total_minor, checkout.version) == (31_99, 2)
        assert complete(started, expected=Money(31_99, "USD")).order.status == "paid"

    def test_shows_the_total_when_the_customer_expected_another(self, stripe):
        with pytest.raises(TotalChanged):
            complete(start(), expected=Money(1, "USD"))

        assert not Order.objects.exists()

    def test_comes_a_day_too_late(self):
        started = start()

        with pytest.raises(CheckoutExpired):
            complete(started, now=NOON + DAY)

    def test_wants_to_know_where_to(self):
        with pytest.raises(ShippingAddressRequired):
            complete(start(shipping_address=None, delivery_option=""))

    def test_wants_to_know_how(self):
        with pytest.raises(DeliveryOptionRequired):
            complete(start(delivery_option=""))

    def test_wants_a_card_before_it_holds_anything(self, fulfilment):
        with pytest.raises(PaymentMethodRequired):
            complete(start(), card="")

        assert fulfilment.holds == {}

    def test_notices_a_checkout_that_changed_under_its_hands(self, monkeypatch):
        started = start()
        from commerce.billing.checkout import complete_checkout as module

        real = module._prepare_subscriptions

        def somebody_else_changes_it(checkout, *args, **kwargs):
            Checkout.objects.update(version=7)
            return real(checkout, *args, **kwargs)

        monkeypatch.setattr(module, "_prepare_subscriptions", somebody_else_changes_it)

        with pytest.raises(Stale):
            complete(started)
        assert not Order.objects.exists()


class TestACompletionThatDiedWithItsStockHeld:
    """The stock was reserved, and then nothing followed."""

    @pytest.fixture
    def died(self, stripe, monkeypatch):
        def die(*_args, **_kwargs):
            raise PowerCut

        started = start()
        with monkeypatch.context() as patched:
            patched.setattr(module, "_place", die)
            with pytest.raises(PowerCut):
                complete(started)
        return started

    def test_does_not_stop_the_same_one_from_being_completed(self, died, fulfilment):
        assert complete(died).order.status == "paid"
        assert fulfilment.holds == {f"{died.checkout.id}:1": {"mug": 2}}

    def test_does_not_stop_a_changed_one_from_being_completed(self, died, fulfilment):
        change_checkout(checkout_id=died.checkout.id, change=Change(lines=mugs(3)), now=NOON)

        assert complete(died).order.reservation_reference == f"{died.checkout.id}:2"
        assert fulfilment.holds == {f"{died.checkout.id}:2": {"mug": 3}}

    def test_leaves_the_last_units_to_a_changed_one(self, died, fulfilment):
        fulfilment.stock["mug"] = 3
        change_checkout(checkout_id=died.checkout.id, change=Change(lines=mugs(3)), now=NOON)

        assert complete(died).order.status == "paid"

    def test_frees_them_when_the_price_has_changed(self, died, fulfilment, catalog):
        agreed, catalog.prices["mug"] = died.checkout.total, Money(99_00, "USD")

        with pytest.raises(TotalChanged):
            complete(died, expected=agreed)

        assert fulfilment.holds == {}

    def test_holds_nothing_when_somebody_changes_it_meanwhile(
        self, fulfilment, stripe, monkeypatch
    ):
        started, real = start(), module._place

        def changed_first(checkout, *args, **kwargs):
            change_checkout(checkout_id=checkout.id, change=Change(lines=mugs(1)), now=NOON)
            return real(checkout, *args, **kwargs)

        monkeypatch.setattr(module, "_place", changed_first)

        with pytest.raises(Stale):
            complete(started)

        assert fulfilment.holds == {}

    def test_keeps_the_stock_of_the_one_who_was_faster(self, fulfilment, stripe, monkeypatch):
        started, real = start(), module._place

        def bought_first(*args, **kwargs):
            monkeypatch.setattr(module, "_place", real)
            complete(started)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, "_place", bought_first)

        assert complete(started).order.status == "paid"
        assert fulfilment.holds == {f"{started.checkout.id}:1": {"mug": 2}}


class TestAProviderThatDoesNotTakeIt:
    def test_leaves_the_order_waiting_when_the_card_is_declined(self, fulfilment, stripe):
        started = start()

        with pytest.raises(CardDeclined):
            complete(started, card=BROKE)

        order, payment = Order.objects.get(), Payment.objects.get()
        assert (order.status, payment.status) == ("placed", "requires_payment_method")
        assert fulfilment.holds == {f"{started.checkout.id}:1": {"mug": 2}}
        assert balances() == {"receivable": 30_99, "deferred_revenue": -30_99}
        assert len(told("billing.payment_failed.v1")) == 1

    def test_takes_a_card_that_does_not_exist_for_declined(self, stripe):
        started = start()
        with pytest.raises(CardDeclined) as declined:
            complete(started, card="pm_nobodys")

        assert declined.value.decline_code == "resource_missing"
        assert Payment.objects.get().attempts.get().status == "declined"
        assert complete(started).order.status == "paid"

    def test_can_be_tried_again_when_it_was_not_reached(self, stripe):
        started = start()
        stripe.control("POST", "faults", {"kind": "too_many_requests", "count": 1})

        with pytest.raises(ProviderUnavailable):
            complete(started)
        assert Payment.objects.get().attempts.get().status == "canceled"

        assert complete(started).order.status == "paid"
        assert moved(stripe) == [30_99]

    def test_is_not_believed_to_have_failed_when_the_answer_is_lost(self, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )

        done = complete(start())

        assert (done.attempt.status, done.attempt.payment.status) == ("unknown", "unknown")
        assert done.order.status == "placed"
        assert done.attempt.check_at == NOON + CHECK_DELAYS[0]

    def test_may_want_to_hear_from_the_customer_first(self, stripe):
        done = complete(start(), card=SECURE)

        assert done.attempt.status == "requires_action"
        assert done.attempt.payment.status == "requires_action"
        assert done.order.status == "placed"


class TestACheckoutWithAPlan:
    @pytest.fixture(autouse=True)
    def membership(self, catalog):
        catalog.sell_plan("membership", Money(5_00, "USD"))

    def line(self):
        return WantedLine(plan="membership", quantity=1)

    def test_starts_a_subscription_whose_first_period_is_paid(self, stripe):
        order = bought(self.line(), shipping_address=None, delivery_option="")

        subscription = order.lines.get().subscription
        assert subscription.status == "active"
        assert subscription.payment_method.last4 == "4242"
        assert order.customer.stripe_customer_id.startswith("cus_")
        assert moved(stripe) == [5_00]
        assert findings() == []

    def test_keeps_the_card_and_charges_nothing_during_a_trial(self, catalog, stripe):
        catalog.sell_plan("membership", Money(5_00, "USD"), trial_days=14)

        order = bought(self.line(), shipping_address=None, delivery_option="")

        assert order.total == Money(0, "USD")
        assert order.lines.get().subscription.status == "trialing"
        assert order.customer.payment_methods.get().last4 == "4242"
        assert stripe.journal() == []

    def test_charges_the_card_of_the_trial_when_that_ends(self, catalog, stripe):
        catalog.sell_plan("trial", Money(5_00, "USD"), trial_days=14)
        ada = UserFactory()
        first = bought(self.line(), user_id=ada.id, shipping_address=None, delivery_option="")
        trial = WantedLine(plan="trial", quantity=1)

        order = bought(
            trial,
            user_id=ada.id,
            card="pm_card_mastercard",
            shipping_address=None,
            delivery_option="",
        )

        assert first.customer == order.customer
        assert order.customer.payment_methods.get(is_default=True).brand == "visa"
        assert order.lines.get().subscription.payment_method.brand == "mastercard"

    def test_may_come_together_with_goods(self, stripe):
        order = bought(*mugs(1), self.line(), shipping_address=HOME)

        assert order.total == Money(12_50 + 5_00 + 5_99, "USD")
        assert (order.status, order.fulfilment_status) == ("paid", "unfulfilled")
        assert len(told("billing.subscription_started.v1")) == 1
