"""Customers and their cards: one row for each account, one default card, whoever is first."""

import datetime as dt
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from commerce.billing.customers.ensure_customer import ensure_customer
from commerce.billing.customers.ensure_provider_customer import ensure_provider_customer
from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.billing.customers.remember_card import remember_card
from commerce.billing.customers.remove_payment_method import (
    PaymentMethodInUse,
    remove_payment_method,
)
from commerce.billing.customers.set_default_payment_method import set_default_payment_method
from commerce.billing.payments.gateway import Card, ProviderUnavailable
from commerce.shared.errors import NotFound
from tests.at_once import at_once
from tests.factories.billing import CustomerFactory, PaymentMethodFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def ensure(user_id, email="ada@example.com"):
    with transaction.atomic():
        return ensure_customer(user_id=user_id, email=email, now=NOON)


def remember(customer, provider_id, **more):
    card = Card(provider_id=provider_id, brand="visa", last4="4242", exp_month=1, exp_year=2030)
    with transaction.atomic():
        return remember_card(card, customer=customer, now=NOON, **more)


class TestEnsuringACustomer:
    def test_finds_the_accounts_own(self):
        user_id = uuid4()

        assert ensure(user_id) == ensure(user_id, email="other@example.com")

    def test_makes_a_new_one_for_each_guest(self):
        assert ensure(None) != ensure(None)

    @pytest.mark.django_db(transaction=True)
    def test_makes_one_for_an_account_with_many_first_requests(self):
        user_id = uuid4()

        outcomes = at_once([lambda: ensure(user_id)] * 32)

        assert outcomes == {"done": 32}
        assert Customer.objects.count() == 1


class TestEnsuringTheProvidersCustomer:
    def test_asks_the_provider_once(self, bank):
        customer = CustomerFactory(stripe_customer_id=None)

        first = ensure_provider_customer(customer_id=customer.id)

        assert ensure_provider_customer(customer_id=customer.id) == first
        assert list(bank.customers) == [customer.id]
        assert Customer.objects.get().stripe_customer_id == first

    def test_keeps_the_one_that_was_stored_first(self, bank, monkeypatch):
        customer = CustomerFactory(stripe_customer_id=None)

        def slow(**_):
            Customer.objects.update(stripe_customer_id="cus_faster")
            return "cus_slower"

        monkeypatch.setattr(bank, "create_customer", slow)

        assert ensure_provider_customer(customer_id=customer.id) == "cus_faster"


class TestRememberingACard:
    def test_makes_the_first_one_the_default(self):
        customer = CustomerFactory()

        assert remember(customer, "pm_1").is_default
        assert not remember(customer, "pm_2").is_default

    def test_makes_a_later_one_the_default_when_asked(self):
        customer = CustomerFactory()
        remember(customer, "pm_1")

        remember(customer, "pm_2", make_default=True)

        assert PaymentMethod.objects.get(is_default=True).provider_id == "pm_2"

    def test_knows_a_card_again(self):
        customer = CustomerFactory()

        assert remember(customer, "pm_1") == remember(customer, "pm_1")

    @pytest.mark.django_db(transaction=True)
    def test_leaves_one_default_when_many_come_at_once(self):
        customer = CustomerFactory()

        outcomes = at_once(
            [partial(remember, customer, f"pm_{i}", make_default=True) for i in range(32)]
        )

        assert outcomes == {"done": 32}
        assert PaymentMethod.objects.filter(customer=customer).count() == 32
        assert PaymentMethod.objects.filter(is_default=True).count() == 1


class TestChoosingTheDefault:
    def test_refuses_a_card_that_was_let_go(self):
        card = PaymentMethodFactory(is_default=False, removed_at=NOON)

        with pytest.raises(NotFound):
            set_default_payment_method(payment_method_id=card.id)


class TestLettingACardGo:
    def test_is_refused_while_it_pays_for_a_subscription_by_name(self, bank):
        card = PaymentMethodFactory(is_default=False)
        SubscriptionFactory(customer=card.customer, payment_method=card)

        with pytest.raises(PaymentMethodInUse):
            remove_payment_method(payment_method_id=card.id, now=NOON)

    def test_is_possible_when_the_subscription_has_ended(self, bank):
        card = PaymentMethodFactory()
        SubscriptionFactory(
            customer=card.customer, payment_method=card, status="canceled", next_billing_at=None
        )

        remove_payment_method(payment_method_id=card.id, now=NOON)

        assert PaymentMethod.objects.get().removed_at == NOON

    def test_tells_the_provider_again_when_it_did_not_hear(self, bank, monkeypatch):
        card = PaymentMethodFactory()

        def down(_):
            raise ProviderUnavailable

        with monkeypatch.context() as patch:
            patch.setattr(bank, "forget_card", down)
            with pytest.raises(ProviderUnavailable):
                remove_payment_method(payment_method_id=card.id, now=NOON)

        remove_payment_method(payment_method_id=card.id, now=NOON)

        assert bank.forgotten == [card.provider_id]
