"""A bundle and access in one order: over HTTP, with the real catalog, warehouse and provider."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.inbox import on_return_received, on_shipment_dispatched
from commerce.billing.models import Order
from commerce.billing.outbox import OutboxMessage
from commerce.billing.payments import record_charge as record_module
from commerce.billing.payments.reconcile_payments import reconcile_payments
from commerce.fulfilment.carriers import our_carrier
from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.inbox import (
    on_grant_entitlement,
    on_request_fulfilment,
    on_revoke_entitlement,
)
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared import clock
from tests.context.billing.checkout.test_two_requests import shop
from tests.context.billing.requests import WISH, complete, start
from tests.factories.catalog import bundled, on_sale
from tests.factories.fulfilment import dispatched, numbers
from tests.factories.fulfilment import told as told_by_the_warehouse
from tests.factories.identity import UserFactory
from tests.fakes.carrier import FakeCarrier
from tests.killed import Killed

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)

HEARS = {
    "fulfilment.request_fulfilment.v1": (fulfilment.RequestFulfilmentV1, on_request_fulfilment),
    "fulfilment.grant_entitlement.v1": (fulfilment.GrantEntitlementV1, on_grant_entitlement),
    "fulfilment.revoke_entitlement.v1": (fulfilment.RevokeEntitlementV1, on_revoke_entitlement),
}


@pytest.fixture(autouse=True)
def carrier(monkeypatch):
    fake = FakeCarrier()
    monkeypatch.setattr(our_carrier, "our_carrier", lambda: fake)


@pytest.fixture
def breakfast(shop):
    """Two mugs and a pot in one bundle, and a course that opens for thirty days."""
    bundled("breakfast", price=40_00, mug=2, pot=1)
    course = on_sale("course", price=20_00)
    course.requires_shipping, course.grants = False, [{"feature": "course", "days": 30}]
    course.save(update_fields=["requires_shipping", "grants"])


@pytest.fixture
def ada(sign_in):
    return sign_in(UserFactory())


def wanted():
    return [{"sku": "breakfast", "quantity": 2}, {"sku": "course", "quantity": 1}]


def the_warehouse_hears(*, times=1):
    """Deliver what billing has said, in the order it said it."""
    for row in list(OutboxMessage.objects.order_by("id")):
        if row.name in HEARS:
            message, receive = HEARS[row.name]
            for _ in range(times):
                receive(message.from_payload(row.payload))


def features(client):
    return [x["feature"] for x in client.get("/v1/entitlements").json()["data"]]


class TestABundleAndACourse:
    def test_are_held_shipped_and_opened(self, breakfast, ada):
        checkout = start(ada, lines=wanted())
        line = checkout["lines"][0]
        assert [(x["sku"], x["quantity"]) for x in line["components"]] == [("mug", 2), ("pot", 1)]
        assert checkout["lines"][1]["grants"] == [{"feature": "course", "days": 30}]

        answer = complete(ada, checkout)

        assert answer.status_code == 201, answer.content
        order = answer.json()["order"]
        assert [x["quantity"] for x in order["lines"][0]["components"]] == [4, 2]
        assert numbers("mug") == (5, 4, 0)
        the_warehouse_hears(times=2)
        assert numbers("mug") == (5, 0, 4)
        assert features(ada) == ["course"]

        dispatched(FulfilmentOrder.objects.get())
        for payload in told_by_the_warehouse("fulfilment.shipment_dispatched.v1"):
            on_shipment_dispatched(fulfilment.ShipmentDispatchedV1.from_payload(payload))

        shown = ada.get(f"/v1/orders/{order['id']}").json()
        assert (shown["status"], shown["lines"][0]["quantity_dispatched"]) == ("fulfilled", 2)
        assert numbers("pot") == (3, 0, 0)

    def test_come_back_bundle_by_bundle(self, breakfast, ada, sign_in):
        order = complete(ada, start(ada, lines=wanted())).json()["order"]
        the_warehouse_hears()
        dispatched(FulfilmentOrder.objects.get())
        for payload in told_by_the_warehouse("fulfilment.shipment_dispatched.v1"):
            on_shipment_dispatched(fulfilment.ShipmentDispatchedV1.from_payload(payload))
        clerk = sign_in(UserFactory(is_staff=True, roles=["warehouse"]))

        def send_back(line):
            return ada.post(
                "/v1/returns",
                {
                    "order": order["id"],
                    "reason": "no party",
                    "lines": [{"line": line["id"], "quantity": 1}],
                },
                format="json",
                headers={"Idempotency-Key": line["id"]},
            )

        bundle = order["lines"][0]
        torn = send_back(bundle["components"][1])
        assert (torn.status_code, torn.json()["code"]) == (409, "bundle_returns_whole")
        announced = send_back(bundle).json()
        for step in ("approve", "receive"):
            answer = clerk.post(
                f"/v1/returns/{announced['id']}/{step}",
                {},
                format="json",
                headers={"Idempotency-Key": step},
            )
            assert answer.status_code == 200, answer.content
        for payload in told_by_the_warehouse("fulfilment.return_received.v1"):
            on_return_received(fulfilment.ReturnReceivedV1.from_payload(payload))

        shown = ada.get(f"/v1/orders/{order['id']}").json()
        assert shown["lines"][0]["quantity_returned"] == 1
        assert shown["payment_status"] == "partially_refunded"

    def test_are_not_for_guests(self, breakfast, api):
        refused = api.post("/v1/checkouts", {**WISH, "lines": wanted()}, format="json")

        assert (refused.status_code, refused.json()["code"]) == (422, "sign_in_required")

    def test_lose_what_they_opened_when_the_order_is_canceled(self, breakfast, ada):
        order = complete(ada, start(ada, lines=wanted())).json()["order"]
        the_warehouse_hears()

        answer = ada.post(
            f"/v1/orders/{order['id']}/cancel",
            {"reason": "customer"},
            format="json",
            headers={"Idempotency-Key": order["id"]},
        )

        assert answer.status_code == 200, answer.content
        the_warehouse_hears()
        assert features(ada) == []
        assert (numbers("mug"), numbers("pot")) == ((5, 0, 0), (5, 0, 0))


class TestKilledBetweenPaymentAndGrant:
    @pytest.mark.parametrize("is_settled", [False, True])
    def test_opens_once_all_the_same(self, breakfast, ada, stripe, monkeypatch, is_settled):
        settle = record_module.settle_payment

        def dies(**values):
            if is_settled:
                settle(**values)
            raise Killed

        checkout = start(ada, lines=wanted())
        with monkeypatch.context() as broken:
            broken.setattr(record_module, "settle_payment", dies)
            with pytest.raises(Killed):
                complete(ada, checkout)
        assert (Order.objects.get().status == "paid") is is_settled

        # The clock's bell, twice, and every message twice.
        for _ in range(2):
            reconcile_payments(now=clock.now() + dt.timedelta(minutes=5))
            the_warehouse_hears(times=2)

        assert Entitlement.objects.get().feature == "course"
        names = OutboxMessage.objects.values_list("name", flat=True)
        assert list(names).count("fulfilment.grant_entitlement.v1") == 1
        assert [x["amount"] for x in stripe.journal() if x["kind"] == "charge_succeeded"] == [
            checkout["totals"]["total"]["amount"]
        ]
