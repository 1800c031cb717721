"""One of everything that an address can name, all of it Ada's; and clients for who may call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import orjson
from knox.models import AuthToken
from rest_framework.test import APIClient

from commerce.billing.models import Customer
from commerce.catalog.collections.create_collection import create_collection
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection
from commerce.catalog.imports.models import ImportFormat
from commerce.catalog.imports.start_import import start_import
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.media.add_media import add_media
from commerce.catalog.models import Plan
from commerce.fulfilment.returns.request_return import request_return
from commerce.identity.api_keys.create_api_key import create_api_key
from commerce.identity.models import User
from commerce.shared import clock
from commerce.shared.api.actors import Actor, ActorKind
from commerce.shared.ids import encode, new_id
from tests.factories.billing import (
    HOME,
    ClockFactory,
    SubscriptionFactory,
    SubscriptionMigrationFactory,
    TaxRateFactory,
)
from tests.factories.catalog import (
    CategoryFactory,
    MarketFactory,
    PriceListFactory,
    attribute,
    offered,
    on_sale,
    product_type,
    promoted,
)
from tests.factories.fulfilment import delivery_to, dispatched, line, ordered, packed, stock
from tests.factories.identity import UserFactory
from tests.factories.pictures import picture


@dataclass(frozen=True, kw_only=True)
class World:
    """`ids` has a value for every parameter of a path; `ada` owns what can be owned."""

    ids: dict[str, str]
    ada: APIClient
    stranger: APIClient
    admin: APIClient
    anonymous: APIClient
    users: dict[str, User]
    checkout: dict[str, Any]
    order_line: str

    @classmethod
    def build(cls) -> World:
        now = clock.now()
        user, admin = UserFactory(), UserFactory(roles=["admin"])
        ada = client_of(user)
        variant = _catalog()
        media = add_media(product_id=variant.product_id, data=picture(), alt="A mug", now=now)
        _warehouse()

        paid = _bought(ada)
        open_checkout = _checkout(ada)
        card = _ok(ada.post("/v1/me/payment-methods", CARD, headers=new_key(), format="json"))
        address = _ok(ada.post("/v1/me/addresses", HOME, format="json"))
        invoice = _ok(ada.get("/v1/invoices"))["data"][0]
        subscription = SubscriptionFactory(
            customer=Customer.objects.get(user_id=user.pk), started_at=now
        )

        migration = SubscriptionMigrationFactory()

        mugs = line("mug", 3)
        wanted = ordered(mugs, user_id=user.pk)
        left = ordered(line_of_left := line("mug", 2), user_id=user.pk)
        dispatched(left)
        parcel = packed(ordered(line("mug", 1), user_id=user.pk))
        back = request_return(
            fulfilment_order_id=left.id,
            units_by_line={line_of_left.line_id: 1},
            reason="too small",
            reference=new_id(),
            now=now,
        )
        key = create_api_key(
            name="a till",
            scopes=["orders:read"],
            actor=Actor(kind=ActorKind.STAFF, user_id=admin.pk),
            now=now,
        )
        upload = start_import(chunks=[b"sku\nMUG\n"], format=ImportFormat.CSV, now=now)
        return cls(
            ids={
                "address_id": address["id"],
                "attribute_code": "color",
                "category": "cups",
                "checkout_id": open_checkout["id"],
                "customer_id": encode("cus", Customer.objects.get(user_id=user.pk).id),
                "collection": "gifts",
                "clock_id": encode("clk", ClockFactory(owner_id=user.pk).id),
                "fulfilment_order_id": encode("fo", wanted.id),
                "import_id": encode("imp", upload.id),
                "invoice_id": invoice["id"],
                "key_id": encode("key", key.row.pk),
                "locale": "de",
                "market_code": "us",
                "media_id": encode("med", media.pk),
                "migration_id": encode("mig", migration.pk),
                "order_id": paid["order"]["id"],
                "payment_id": paid["payment"]["id"],
                "payment_method_id": card["id"],
                "plan_id": encode("plan", Plan.objects.get().id),
                "price_list_id": encode("prl", PriceListFactory().pk),
                "product_id": encode("prod", variant.product_id),
                "promotion_id": encode("promo", promoted(code="TEN").pk),
                "return_id": encode("ret", back.id),
                "shipment_id": encode("ship", parcel.id),
                "slug": variant.product.slug,
                "subscription_id": encode("sub", subscription.id),
                "type_code": "mugs",
                "variant_id": encode("var", variant.id),
            },
            ada=ada,
            stranger=client_of(UserFactory()),
            admin=client_of(admin),
            anonymous=APIClient(raise_request_exception=False),
            users={"customer": user, "staff": admin},
            checkout=open_checkout,
            order_line=encode("ol", mugs.line_id),
        )

    def as_(self, role: str) -> APIClient:
        return {"anonymous": self.anonymous, "customer": self.ada, "staff": self.admin}[role]

    def headers(self, role: str) -> dict[str, str]:
        """What this caller sends with every request: a token, or the secret of a guest."""
        if role == "anonymous":
            return {"Client-Secret": self.checkout["client_secret"]}
        return {"Authorization": self.as_(role)._credentials["HTTP_AUTHORIZATION"]}

    def body(self, path: str, example: Any) -> bytes:
        """A body this world takes, where the description's example has only the right shape."""
        ours: dict[str, Any] = {
            "/v1/checkouts/{checkout_id}": {"delivery_option": "standard"},
            "/v1/checkouts/{checkout_id}/complete": {
                **CARD,
                "expected_total": self.checkout["totals"]["total"],
            },
            "/v1/subscriptions/{subscription_id}/payment-method": {
                "payment_method": self.ids["payment_method_id"]
            },
        }
        return orjson.dumps(ours.get(path, example)) if example is not None else b""

    def address(self, path: str) -> str:
        """Fill in a path of the description: `/v1/orders/{order_id}` → `/v1/orders/ord_…`."""
        return path.format(**self.ids)


CARD: Final = {"payment_method": "pm_card_visa"}


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def client_of(user: User) -> APIClient:
    """A client with a token; what nobody expected is answered 500, as in a live shop."""
    _, token = AuthToken.objects.create(user)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def _catalog():
    MarketFactory(code="us", countries=["US"])
    TaxRateFactory(country="US", category="general", percent=0)
    mug = on_sale("mug", price=12_50, categories=[CategoryFactory(slug="cups")])
    product_type("mugs", attribute("color", "choice", "red"))
    words = CollectionChanges(title="Gifts", is_published=True, product_ids=[mug.product_id])
    create_collection(
        collection=NewCollection(slug="gifts", kind="manual", words=words), now=clock.now()
    )
    offered("membership-monthly")
    now = clock.now()
    rebuild_listing(now=now)
    refresh_listing(now=now)
    return mug


def _warehouse() -> None:
    stock("mug", east=1_000)
    delivery_to("US")


def _checkout(ada: APIClient) -> dict[str, Any]:
    wish = {
        "currency": "USD",
        "email": "ada@example.com",
        "lines": [{"sku": "mug", "quantity": 2}],
        "shipping_address": HOME,
        "delivery_option": "standard",
    }
    return _ok(ada.post("/v1/checkouts", wish, format="json"))


def _bought(ada: APIClient) -> dict[str, Any]:
    checkout = _checkout(ada)
    yes = {"payment_method": "pm_card_visa", "expected_total": checkout["totals"]["total"]}
    address = f"/v1/checkouts/{checkout['id']}/complete"
    return _ok(ada.post(address, yes, headers=new_key(), format="json"))


def _ok(answer: Any) -> Any:
    assert 200 <= answer.status_code < 300, answer.content
    return answer.json()
