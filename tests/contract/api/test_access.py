"""Who may come near an id: the owner, the right staff, and nobody else learns that it exists."""

from __future__ import annotations

from typing import Final

import pytest

from tests.contract.api.test_bad_input import everything
from tests.contract.api.world import World, new_key

pytestmark = pytest.mark.django_db

# Every operation with an id stands in one of these; a new one has to choose.
OWN: Final = """
GET /v1/checkouts/{checkout_id}
PATCH /v1/checkouts/{checkout_id}
GET /v1/checkouts/{checkout_id}/delivery-options
POST /v1/checkouts/{checkout_id}/complete
GET /v1/orders/{order_id}
GET /v1/orders/{order_id}/timeline
POST /v1/orders/{order_id}/cancel
GET /v1/payments/{payment_id}
GET /v1/invoices/{invoice_id}
GET /v1/subscriptions/{subscription_id}
POST /v1/subscriptions/{subscription_id}/cancel
POST /v1/subscriptions/{subscription_id}/payment-method
POST /v1/me/payment-methods/{payment_method_id}/default
DELETE /v1/me/payment-methods/{payment_method_id}
DELETE /v1/me/addresses/{address_id}
GET /v1/test-clocks/{clock_id}
POST /v1/test-clocks/{clock_id}/advance
GET /v1/shipments/{shipment_id}
GET /v1/returns/{return_id}
"""
STAFF: Final = """
POST /v1/api-keys/{key_id}/revoke
POST /v1/fulfilment-orders/{fulfilment_order_id}/approve
POST /v1/fulfilment-orders/{fulfilment_order_id}/cancel
POST /v1/fulfilment-orders/{fulfilment_order_id}/hold
POST /v1/fulfilment-orders/{fulfilment_order_id}/release
GET /v1/fulfilment-orders/{fulfilment_order_id}
POST /v1/orders/{order_id}/refunds
PATCH /v1/products/{product_id}
GET /v1/products/{product_id}/media
POST /v1/products/{product_id}/media
PATCH /v1/products/{product_id}/media/{media_id}
DELETE /v1/products/{product_id}/media/{media_id}
GET /v1/products/{product_id}/prices
POST /v1/products/{product_id}/prices
POST /v1/products/{product_id}/publish
POST /v1/products/{product_id}/retire
POST /v1/returns/{return_id}/approve
POST /v1/returns/{return_id}/close
POST /v1/returns/{return_id}/receive
POST /v1/returns/{return_id}/reject
POST /v1/shipments/{shipment_id}/dispatch
POST /v1/variants/{variant_id}/retire
"""
PUBLIC: Final = """
GET /v1/products/{product_id}
GET /v1/products/{slug}
"""


def rows(table: str) -> list[str]:
    return table.strip().splitlines()


class TestAnId:
    def test_has_a_row_here_for_every_operation_that_takes_one(self, description):
        described = {x.label for x in description.operations if x.has_id}

        assert described == {*rows(OWN), *rows(STAFF), *rows(PUBLIC)}

    @pytest.mark.parametrize("label", rows(OWN))
    def test_of_somebody_else_is_as_good_as_none(self, world, description, label):
        before = everything()

        assert ask(world, description, "stranger", label) == 404
        assert ask(world, description, "anonymous", label) in (401, 404)
        assert everything() == before
        assert ask(world, description, "ada", label) not in (401, 403, 404)

    @pytest.mark.parametrize("label", rows(STAFF))
    def test_of_the_staff_is_closed_to_customers(self, world, description, label):
        before = everything()

        assert ask(world, description, "anonymous", label) == 401
        assert ask(world, description, "ada", label) == 403
        assert everything() == before
        assert ask(world, description, "admin", label) not in (401, 403, 404)

    @pytest.mark.parametrize("label", rows(PUBLIC))
    def test_of_a_product_is_open_to_all(self, world, description, label):
        assert ask(world, description, "anonymous", label) == 200


def ask(world: World, description, who: str, label: str) -> int:
    operation = next(x for x in description.operations if x.label == label)
    answer = getattr(world, who).generic(
        operation.method.upper(),
        world.address(operation.path),
        world.body(operation.path, operation.body),
        content_type="application/json",
        headers=new_key() | {"If-Match": "*"},
    )
    return answer.status_code
