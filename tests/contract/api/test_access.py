"""Who may come near an id: the owner, the right staff, and nobody else learns that it exists."""

from __future__ import annotations

from typing import Final

import pytest
from rest_framework.test import APIClient

from commerce.identity.api_keys.create_api_key import create_api_key
from commerce.shared import clock
from commerce.shared.api.actors import Actor, ActorKind
from tests.contract.api.test_bad_input import everything
from tests.contract.api.world import World, client_of, new_key
from tests.factories.identity import UserFactory

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
POST /v1/customers/{customer_id}/group
PATCH /v1/categories/{category}
POST /v1/categories/{category}/move
PATCH /v1/collections/{collection}
POST /v1/fulfilment-orders/{fulfilment_order_id}/approve
POST /v1/fulfilment-orders/{fulfilment_order_id}/cancel
POST /v1/fulfilment-orders/{fulfilment_order_id}/hold
POST /v1/fulfilment-orders/{fulfilment_order_id}/release
GET /v1/fulfilment-orders/{fulfilment_order_id}
GET /v1/imports/{import_id}
POST /v1/imports/{import_id}/cancel
GET /v1/imports/{import_id}/problems
POST /v1/orders/{order_id}/refunds
PATCH /v1/markets/{market_code}
GET /v1/plans/{plan_id}/versions
POST /v1/plans/{plan_id}/versions
POST /v1/plans/{plan_id}/publish
POST /v1/plans/{plan_id}/retire
PATCH /v1/attributes/{attribute_code}
GET /v1/price-lists/{price_list_id}
PATCH /v1/price-lists/{price_list_id}
POST /v1/price-lists/{price_list_id}/activate
POST /v1/price-lists/{price_list_id}/end
PATCH /v1/product-types/{type_code}
PATCH /v1/products/{product_id}
POST /v1/products/{product_id}/generate-variants
GET /v1/products/{product_id}/media
POST /v1/products/{product_id}/media
PATCH /v1/products/{product_id}/media/{media_id}
DELETE /v1/products/{product_id}/media/{media_id}
GET /v1/products/{product_id}/prices
POST /v1/products/{product_id}/prices
POST /v1/products/{product_id}/prices/end
GET /v1/products/{product_id}/price-history
GET /v1/products/{product_id}/price-table
GET /v1/products/{product_id}/publications
PUT /v1/products/{product_id}/publications
POST /v1/products/{product_id}/publish
POST /v1/products/{product_id}/retire
GET /v1/products/{product_id}/translations
PUT /v1/products/{product_id}/translations/{locale}
DELETE /v1/products/{product_id}/translations/{locale}
GET /v1/promotions/{promotion_id}
PATCH /v1/promotions/{promotion_id}
POST /v1/promotions/{promotion_id}/activate
GET /v1/promotions/{promotion_id}/coupons
POST /v1/promotions/{promotion_id}/coupons
POST /v1/promotions/{promotion_id}/coupons/disable
POST /v1/promotions/{promotion_id}/end
GET /v1/promotions/{promotion_id}/redemptions
POST /v1/returns/{return_id}/approve
POST /v1/returns/{return_id}/close
POST /v1/returns/{return_id}/receive
POST /v1/returns/{return_id}/reject
POST /v1/shipments/{shipment_id}/dispatch
GET /v1/subscription-migrations/{migration_id}
POST /v1/variants/{variant_id}/retire
"""
PUBLIC: Final = """
GET /v1/attributes/{attribute_code}
GET /v1/markets/{market_code}
GET /v1/product-types/{type_code}
GET /v1/plans/{plan_id}
GET /v1/categories/{category}
GET /v1/collections/{collection}
GET /v1/products/{product_id}
GET /v1/products/{slug}
"""


# What a key with one scope opens; the other doors stay shut for it.
SCOPES: Final = """
orders:read GET /v1/orders
orders:read GET /v1/orders/{order_id}
orders:read GET /v1/orders/{order_id}/timeline
invoices:read GET /v1/invoices
invoices:read GET /v1/invoices/{invoice_id}
payments:read GET /v1/payments/{payment_id}
subscriptions:read GET /v1/subscriptions
subscriptions:read GET /v1/subscriptions/{subscription_id}
stock:read GET /v1/stock-levels
stock:write POST /v1/stock-movements
catalog:read GET /v1/products/{product_id}/prices
catalog:read GET /v1/plans/{plan_id}/versions
catalog:read GET /v1/imports
catalog:read GET /v1/imports/{import_id}
catalog:read GET /v1/imports/{import_id}/problems
catalog:write POST /v1/imports/{import_id}/cancel
catalog:write POST /v1/plans
catalog:write POST /v1/plans/{plan_id}/versions
catalog:write POST /v1/plans/{plan_id}/publish
catalog:write POST /v1/plans/{plan_id}/retire
catalog:read GET /v1/products/{product_id}/publications
catalog:read GET /v1/products/{product_id}/translations
catalog:write POST /v1/attributes
catalog:write PATCH /v1/attributes/{attribute_code}
catalog:write POST /v1/product-types
catalog:write PATCH /v1/product-types/{type_code}
catalog:write POST /v1/products/{product_id}/generate-variants
catalog:write PUT /v1/products/{product_id}/publications
catalog:write PUT /v1/products/{product_id}/translations/{locale}
catalog:write DELETE /v1/products/{product_id}/translations/{locale}
catalog:write POST /v1/products
catalog:write PATCH /v1/products/{product_id}
catalog:write POST /v1/products/{product_id}/prices
catalog:write POST /v1/products/{product_id}/publish
catalog:write POST /v1/products/{product_id}/retire
catalog:read GET /v1/promotions/{promotion_id}
catalog:write POST /v1/promotions/{promotion_id}/activate
catalog:write POST /v1/variants/{variant_id}/retire
"""
# What staff need which role for, where customers have their own: the others find nothing there.
ROLES: Final = """
GET /v1/orders/{order_id} admin finance support warehouse
GET /v1/orders/{order_id}/timeline admin finance support warehouse
POST /v1/orders/{order_id}/cancel admin support
GET /v1/payments/{payment_id} admin finance support
GET /v1/invoices/{invoice_id} admin finance support
GET /v1/checkouts/{checkout_id} admin support
PATCH /v1/checkouts/{checkout_id} admin support
POST /v1/checkouts/{checkout_id}/complete admin support
GET /v1/subscriptions/{subscription_id} admin finance support
"""
ALL_ROLES: Final = ("admin", "catalog", "finance", "support", "warehouse")


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
    def test_of_what_is_on_sale_is_open_to_all(self, world, description, label):
        assert ask(world, description, "anonymous", label) == 200


class TestARole:
    @pytest.mark.parametrize("row", rows(ROLES))
    def test_opens_what_it_is_for(self, world, description, row):
        method, path, *allowed = row.split()
        label = f"{method} {path}"

        for role in ALL_ROLES:
            if role not in allowed:
                assert send(client_of(UserFactory(roles=[role])), world, description, label) == 404
        clerk = client_of(UserFactory(roles=[allowed[-1]]))
        assert send(clerk, world, description, label) not in (401, 403, 404)

    @pytest.mark.parametrize("path", ["/v1/orders", "/v1/invoices", "/v1/subscriptions"])
    def test_lists_what_it_is_for(self, world, path):
        def count(role):
            return len(client_of(UserFactory(roles=[role])).get(path).json()["data"])

        assert (count("support"), count("finance"), count("catalog")) == (1, 1, 0)


class TestAnApiKey:
    @pytest.mark.parametrize("row", rows(SCOPES))
    def test_opens_what_its_scope_is_for(self, world, description, row):
        scope, _, label = row.partition(" ")

        assert send(server(scope), world, description, label) not in (401, 403, 404)

    def test_opens_nothing_without_the_scope(self, world, description):
        client, closed = server("nothing:read"), {row.partition(" ")[2] for row in rows(SCOPES)}
        # Its first use is noted.
        assert client.get("/v1/products").status_code == 200
        before = everything()

        statuses = {label: send(client, world, description, label) for label in closed}

        assert {label for label, status in statuses.items() if status not in (403, 404)} == set()
        assert everything() == before

    def test_reads_with_a_scope_to_read_and_no_more(self, world, description):
        assert send(server("stock:read"), world, description, "POST /v1/stock-movements") == 403

    def test_is_never_taken_for_a_bad_one(self, world, description):
        client = server("nothing:read")
        lists = [x.label for x in description.operations if not (x.has_id or "/auth/" in x.path)]
        asked = [*lists, *rows(OWN), *rows(STAFF), *rows(PUBLIC)]

        statuses = {label: send(client, world, description, label) for label in asked}

        assert {label for label, status in statuses.items() if status == 401} == set()


def server(scope: str) -> APIClient:
    """A client with a key of its own."""
    by = Actor(kind=ActorKind.STAFF, user_id=UserFactory(roles=["admin"]).pk)
    made = create_api_key(name="a till", scopes=[scope], actor=by, now=clock.now())
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made.secret}")
    return client


def ask(world: World, description, who: str, label: str) -> int:
    return send(getattr(world, who), world, description, label)


def send(client: APIClient, world: World, description, label: str) -> int:
    operation = next(x for x in description.operations if x.label == label)
    answer = client.generic(
        operation.method.upper(),
        world.address(operation.path),
        world.body(operation.path, operation.body),
        content_type="application/json",
        headers=new_key() | {"If-Match": "*"},
    )
    return answer.status_code
