"""Lists and searches: pages, cursors and filters."""

import time
import uuid

import pytest
import stripe


class TestPages:
    @pytest.fixture
    def made(self, client):
        """Five customers of one address, newest first."""
        email = f"{uuid.uuid4()}@example.com"
        ids = [client.v1.customers.create({"email": email}).id for _ in range(5)]
        return email, ids[::-1]

    def test_come_newest_first(self, client, made):
        email, ids = made

        page = client.v1.customers.list({"email": email})

        assert [x.id for x in page.data] == ids
        assert not page.has_more

    def test_go_on_after_a_cursor(self, client, made):
        email, ids = made

        first = client.v1.customers.list({"email": email, "limit": 2})
        second = client.v1.customers.list(
            {"email": email, "limit": 2, "starting_after": first.data[-1].id}
        )
        last = client.v1.customers.list(
            {"email": email, "limit": 2, "starting_after": second.data[-1].id}
        )

        assert [[x.id for x in page.data] for page in (first, second, last)] == [
            ids[:2],
            ids[2:4],
            ids[4:],
        ]
        assert [page.has_more for page in (first, second, last)] == [True, True, False]

    def test_end_where_the_last_one_is_full(self, client, made):
        email, ids = made

        page = client.v1.customers.list({"email": email, "limit": 5})

        assert [x.id for x in page.data] == ids
        assert not page.has_more

    def test_go_back_before_a_cursor(self, client, made):
        email, ids = made

        page = client.v1.customers.list({"email": email, "limit": 2, "ending_before": ids[3]})

        assert [x.id for x in page.data] == ids[1:3]
        assert page.has_more

    def test_are_walked_by_the_sdk(self, client, made):
        email, ids = made

        page = client.v1.customers.list({"email": email, "limit": 2})

        assert [x.id for x in page.auto_paging_iter()] == ids

    def test_refuse_an_unknown_cursor(self, client):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.customers.list({"starting_after": "cus_unheard_of"})

        assert refused.value.code == "resource_missing"

    @pytest.mark.parametrize("limit", [0, -1])
    def test_refuse_a_limit_below_one(self, client, limit):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.customers.list({"limit": limit})

        assert refused.value.param == "limit"


class TestFilters:
    def test_by_customer_and_time(self, client, customer, pay):
        before = int(time.time()) - 60
        intent = pay(customer=customer.id)

        found = client.v1.payment_intents.list(
            {"customer": customer.id, "created": {"gte": before}}
        )
        none = client.v1.payment_intents.list({"customer": customer.id, "created": {"lt": before}})

        assert [x.id for x in found.data] == [intent.id]
        assert none.data == []

    def test_expand_inside_a_list(self, client, customer, pay):
        pay(customer=customer.id)

        page = client.v1.payment_intents.list(
            {"customer": customer.id, "expand": ["data.latest_charge"]}
        )

        assert page.data[0].latest_charge.amount == 25_00


class TestSearch:
    """Sandbox only: at Stripe the index follows after a minute or so."""

    @pytest.fixture
    def paid(self, sandbox_client):
        wish = {
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": "https://shop.example/thanks",
        }
        return [
            sandbox_client.v1.payment_intents.create(
                wish | {"amount": amount, "metadata": {"order": f"ord_{amount}"}}
            )
            for amount in (5_00, 6_00)
        ]

    def search(self, client, query):
        return [x.amount for x in client.v1.payment_intents.search({"query": query}).data]

    def test_finds_by_metadata(self, sandbox_client, paid):
        assert self.search(sandbox_client, "metadata['order']:'ord_600'") == [6_00]

    def test_joins_clauses(self, sandbox_client, paid):
        query = "metadata['order']:'ord_600' AND status:'succeeded' AND amount>500"

        assert self.search(sandbox_client, query) == [6_00]
        assert self.search(sandbox_client, query.replace("succeeded", "canceled")) == []

    def test_negates_a_clause(self, sandbox_client, paid):
        assert self.search(sandbox_client, "-metadata['order']:'ord_600'") == [5_00]

    def test_forgets_metadata_that_was_replaced(self, sandbox_client, paid):
        sandbox_client.v1.payment_intents.update(paid[1].id, {"metadata": {"order": "other"}})

        assert self.search(sandbox_client, "metadata['order']:'ord_600'") == []
        assert self.search(sandbox_client, "metadata['order']:'other'") == [6_00]

    def test_goes_on_in_pages(self, sandbox_client, paid):
        query = {"query": "status:'succeeded'", "limit": 1}
        first = sandbox_client.v1.payment_intents.search(query)

        second = sandbox_client.v1.payment_intents.search(query | {"page": first.next_page})

        assert [x.amount for x in (*first.data, *second.data)] == [6_00, 5_00]
        assert (first.has_more, second.has_more) == (True, False)

    def test_refuses_what_it_cannot_read(self, sandbox_client):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sandbox_client.v1.payment_intents.search({"query": "colour is red"})

        assert refused.value.param == "query"
