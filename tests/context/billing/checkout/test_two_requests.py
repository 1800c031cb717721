"""Two requests make an order: the whole way over HTTP, with the real neighbours and provider."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Order
from tests.context.billing.requests import complete, start
from tests.factories.billing import TaxRateFactory
from tests.factories.catalog import on_sale
from tests.factories.fulfilment import delivery_to, stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(stripe):
    TaxRateFactory(country="US", category="general", percent=0)
    on_sale("mug", price=12_50)
    on_sale("pot", price=30_00)
    stock("mug", east=5)
    stock("pot", east=5)
    delivery_to("US")


class TestTwoRequests:
    def test_make_a_paid_order(self, shop, api, stripe):
        checkout = start(api)
        assert checkout["totals"]["total"] == {"amount": 60_99, "currency": "USD"}

        answer = complete(api, checkout)

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert body["status"] == "completed"
        assert body["order"]["status"] == "paid"
        assert body["payment"]["status"] == "succeeded"
        (charge,) = stripe.journal()
        assert (charge["kind"], charge["amount"]) == ("charge_succeeded", 60_99)
        assert Order.objects.get().status == "paid"
        assert check_ledger().findings == {name: [] for name in check_ledger().findings}

    def test_take_at_most_forty_statements(self, shop, api):
        with CaptureQueriesContext(connection) as seen:
            answer = complete(api, start(api))

        assert answer.status_code == 201
        statements = [query["sql"] for query in seen]
        assert len(statements) <= 40, json.dumps(statements, indent=1)
