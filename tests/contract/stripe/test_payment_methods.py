"""Cards of customers: attach, list, change, detach."""

import pytest
import stripe


class TestAttaching:
    def test_a_test_card_makes_a_card_of_the_customers_own(self, client, customer):
        first = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        second = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})

        assert first.id.startswith("pm_")
        assert first.id not in ("pm_card_visa", second.id)
        assert (first.customer, first.card.last4) == (customer.id, "4242")

    def test_can_be_repeated(self, client, customer):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})

        again = client.v1.payment_methods.attach(saved.id, {"customer": customer.id})

        assert again.id == saved.id

    def test_does_not_take_a_card_from_another_customer(self, client, customer):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        other = client.v1.customers.create({"email": "bob@example.com"})

        with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
            client.v1.payment_methods.attach(saved.id, {"customer": other.id})

    def test_of_an_unknown_card_is_refused(self, client, customer):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_methods.attach("pm_card_unheardOf", {"customer": customer.id})

        assert refused.value.code == "resource_missing"


class TestListing:
    def test_shows_the_cards_of_one_customer(self, client, customer):
        visa = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        amex = client.v1.payment_methods.attach("pm_card_amex", {"customer": customer.id})

        by_customer = client.v1.customers.payment_methods.list(customer.id)
        by_filter = client.v1.payment_methods.list({"customer": customer.id, "type": "card"})

        assert [method.id for method in by_customer.data] == [amex.id, visa.id]
        assert [method.id for method in by_filter.data] == [amex.id, visa.id]


class TestDetaching:
    def test_ends_the_use_of_the_card(self, client, customer, pay):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})

        detached = client.v1.payment_methods.detach(saved.id)

        assert detached.customer is None
        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            client.v1.payment_methods.attach(saved.id, {"customer": customer.id})

    def test_clears_it_as_the_default(self, client, customer):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        client.v1.customers.update(
            customer.id, {"invoice_settings": {"default_payment_method": saved.id}}
        )

        client.v1.payment_methods.detach(saved.id)

        owner = client.v1.customers.retrieve(customer.id)
        assert owner.invoice_settings.default_payment_method is None


class TestUsing:
    def test_anothers_card_is_refused(self, client, customer, pay):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        other = client.v1.customers.create({"email": "bob@example.com"})

        with pytest.raises(stripe.InvalidRequestError):
            pay(saved.id, customer=other.id)

    def test_a_saved_card_without_naming_its_customer_is_refused(self, client, customer, pay):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})

        with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
            pay(saved.id)

    def test_a_card_number_is_never_accepted(self, sandbox_client):
        # Sandbox only: some test accounts are allowed to send numbers.
        number = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040}

        with pytest.raises(stripe.CardError, match="generally unsafe"):
            sandbox_client.v1.payment_methods.create({"type": "card", "card": number})


class TestChanging:
    def test_sets_address_expiry_and_metadata(self, client, customer):
        saved = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})

        changed = client.v1.payment_methods.update(
            saved.id,
            {
                "billing_details": {"name": "Ada", "address": {"country": "DE"}},
                "card": {"exp_month": 1, "exp_year": 2039},
                "metadata": {"nickname": "work"},
            },
        )

        assert changed.billing_details.address.country == "DE"
        assert (changed.card.exp_month, changed.card.exp_year) == (1, 2039)
        assert changed.metadata["nickname"] == "work"
