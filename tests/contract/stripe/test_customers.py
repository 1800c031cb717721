"""Customers: made, changed, found and deleted."""

import uuid

import pytest
import stripe


class TestCustomer:
    def test_keeps_what_it_is_told(self, client):
        made = client.v1.customers.create(
            {
                "email": "ada@example.com",
                "name": "Ada",
                "address": {"city": "Berlin", "country": "DE"},
                "preferred_locales": ["de"],
                "metadata": {"id": "cus-1"},
            }
        )

        read = client.v1.customers.retrieve(made.id)
        assert (read.email, read.name, read.address.city) == ("ada@example.com", "Ada", "Berlin")
        assert (read.preferred_locales, read.metadata["id"]) == (["de"], "cus-1")

    def test_changes_only_what_is_sent(self, client, customer):
        changed = client.v1.customers.update(customer.id, {"name": "Ada Lovelace"})

        assert (changed.name, changed.email) == ("Ada Lovelace", "ada@example.com")

    def test_merges_metadata_and_drops_empty_values(self, client, customer):
        client.v1.customers.update(customer.id, {"metadata": {"a": "1", "b": "2"}})

        changed = client.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})

        assert changed.metadata.to_dict() == {"a": "1", "c": "3"}

    def test_is_found_by_email(self, client):
        email = f"{uuid.uuid4()}@example.com"
        made = client.v1.customers.create({"email": email})

        found = client.v1.customers.list({"email": email})

        assert [customer.id for customer in found.data] == [made.id]

    def test_is_remembered_as_deleted(self, client, customer):
        client.v1.customers.delete(customer.id)

        gone = client.v1.customers.retrieve(customer.id)
        assert gone.deleted is True
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.create(
                {"amount": 5_00, "currency": "eur", "customer": customer.id}
            )
        assert refused.value.code == "resource_missing"

    def test_comes_to_nothing_when_its_card_is_declined(self, client):
        email = f"{uuid.uuid4()}@example.com"

        with pytest.raises(stripe.CardError):
            client.v1.customers.create({"email": email, "payment_method": "pm_card_chargeDeclined"})

        assert client.v1.customers.list({"email": email}).data == []
