"""Two requests make an order: the whole way over HTTP, with the real neighbours and provider."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Order
from commerce.fulfilment.shipments.models import DeliveryRate
from tests.factories.billing import TaxRateFactory
from tests.factories.catalog import on_sale
from tests.factories.fulfilment import stock

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = {
    "name": "Ada L.",
    "line1": "1 Main St",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}


@pytest.fixture
def shop(stripe):
    TaxRateFactory(country="US", category="general", percent=0)
    on_sale("mug", price=12_50)
    on_sale("pot", price=30_00)
    stock("mug", east=5)
    stock("pot", east=5)
    DeliveryRate.objects.create(
        code="standard",
        title="Standard",
        country="US",
        currency="USD",
        base_minor=5_99,
        days_min=3,
        days_max=5,
    )


def start(api, **changes):
    return api.post(
        "/v1/checkouts",
        {
            "currency": "USD",
            "email": "ada@example.com",
            "lines": [{"sku": "mug", "quantity": 2}, {"sku": "pot", "quantity": 1}],
            "shipping_address": ADDRESS,
            "delivery_option": "standard",
            **changes,
        },
        format="json",
    )


def complete(api, checkout, *, payment_method="pm_card_visa", key=None, total=None):
    return api.post(
        f"/v1/checkouts/{checkout['id']}/complete",
        {
            "payment_method": payment_method,
            "expected_total": total or checkout["totals"]["total"],
        },
        format="json",
        headers={
            "Idempotency-Key": key or str(uuid.uuid4()),
            "Client-Secret": checkout["client_secret"],
        },
    )


class TestTwoRequests:
    def test_make_a_paid_order(self, shop, api, stripe):
        started = start(api)
        assert started.status_code == 201, started.content
        checkout = started.json()
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
            answer = complete(api, start(api).json())

        assert answer.status_code == 201
        statements = [query["sql"] for query in seen]
        assert len(statements) <= 40, json.dumps(statements, indent=1)
