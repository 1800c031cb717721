"""Webhooks before the response, twice, late, never: the same final state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from commerce.shared import ids
from dev.demo import moves
from dev.demo.client import wait_for
from dev.demo.moves import Shop
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = [pytest.mark.stack, pytest.mark.faults]

# Everything about a payment that a customer or a bookkeeper could see.
FINAL = {
    "status": "paid",
    "payment_status": "paid",
    "fulfilment_status": "unfulfilled",
    "attempts": ["succeeded"],
    "events": ["order_placed", "payment_settled"],
}


class TestWebhooks:
    @pytest.mark.parametrize(
        "faults",
        [
            pytest.param([], id="in time"),
            pytest.param([{"kind": "webhook_repeated", "times": 5}], id="five times"),
            pytest.param([{"kind": "webhook_late", "seconds": 4}], id="late"),
            pytest.param([{"kind": "webhook_shuffled", "seconds": 3}], id="shuffled"),
            pytest.param([{"kind": "webhook_never"}], id="never"),
            pytest.param(
                [
                    {
                        "kind": "late_after_commit",
                        "path": "/v1/payment_intents",
                        "count": 1,
                        "seconds": 3,
                    }
                ],
                id="before the response",
            ),
            pytest.param(
                [{"kind": "cut_after_commit", "path": "/v1/payment_intents", "count": 1}],
                id="instead of the response",
            ),
            pytest.param(
                [
                    {"kind": "cut_after_commit", "path": "/v1/payment_intents", "count": 1},
                    {"kind": "webhook_never"},
                ],
                id="never, and the response is lost as well",
            ),
        ],
    )
    def test_lead_to_the_same_final_state(self, stack: Stack, shop: Shop, faults):
        everything_is_heard(stack, shop)
        for fault in faults:
            shop.stripe("POST", "faults", fault)
        told = shop.stripe("GET", "deliveries")["delivered"]

        checkout, order_id = _buy(shop)

        everything_is_heard(stack, shop)
        assert _final_state(shop, checkout, order_id) == FINAL
        assert (shop.stripe("GET", "deliveries")["delivered"] > told) is _tells(faults)
        _all_fired(shop, faults)
        comes_to_rest(stack)

    @pytest.mark.parametrize(
        "faults", [[], [{"kind": "webhook_never"}]], ids=["by webhook", "by the reconciler"]
    )
    def test_settle_a_3d_secure_payment(self, stack: Stack, shop: Shop, faults):
        for fault in faults:
            shop.stripe("POST", "faults", fault)
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
        waiting = moves.complete(shop.guest, checkout, card=moves.ASKS_BANK, expect=202)
        payment = moves.buyer_of(shop.guest, checkout).get(f"/payments/{waiting['payment']['id']}")

        moves.authenticate(shop, payment["next_action"]["client_secret"].partition("_secret_")[0])

        assert _final_state(shop, checkout, waiting["order"]["id"])["status"] == "paid"
        comes_to_rest(stack)

    def test_settles_the_order_while_the_response_is_held_back(self, stack: Stack, shop: Shop):
        shop.stripe(
            "POST",
            "faults",
            {"kind": "late_after_commit", "path": "/v1/payment_intents", "seconds": 5},
        )
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])

        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(moves.complete, shop.guest, checkout, expect=None)
            wait_for("the webhook settles", lambda: _settled(stack, checkout), within_s=4.5)
            was_unanswered = not asked.done()
            answer = asked.result()

        assert was_unanswered
        assert answer.status_code == 201
        everything_is_heard(stack, shop)
        assert _final_state(shop, checkout, answer.json()["order"]["id"]) == FINAL
        comes_to_rest(stack)


def everything_is_heard(stack: Stack, shop: Shop) -> None:
    """Wait until the provider has nothing more to tell, and we have taken in what it told."""

    def is_heard() -> bool:
        if shop.stripe("GET", "deliveries")["pending"]:
            return False
        with psycopg.connect(stack.database_url) as db:
            waiting = "SELECT FROM billing_providerevent WHERE processed_at IS NULL"
            return db.execute(waiting).fetchone() is None

    wait_for("everything is heard", is_heard)


def _settled(stack: Stack, checkout) -> bool:
    with psycopg.connect(stack.database_url) as db:
        paid = "SELECT FROM billing_order WHERE checkout_id = %s AND paid_at IS NOT NULL"
        return db.execute(paid, [ids.decode("chk", checkout["id"])]).fetchone() is not None


def _tells(faults) -> bool:
    return not any(fault["kind"] == "webhook_never" for fault in faults)


def _buy(shop: Shop):
    sku = moves.find_products(shop.guest)[0]["skus"][0]
    checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
    answer = moves.complete(shop.guest, checkout, expect=None)
    assert answer.status_code in (201, 202), answer.text
    return checkout, answer.json()["order"]["id"]


def _final_state(shop: Shop, checkout, order_id: str):
    buyer = moves.buyer_of(shop.guest, checkout)
    order = moves.wait_for_order(
        buyer, order_id, what="the order is paid", until=lambda order: order["status"] == "paid"
    )
    (payment,) = (buyer.get(f"/payments/{payment}") for payment in order["payments"])
    events = buyer.get(f"/orders/{order_id}/timeline")["data"]
    return {
        "status": order["status"],
        "payment_status": order["payment_status"],
        "fulfilment_status": order["fulfilment_status"],
        "attempts": [attempt["status"] for attempt in payment["attempts"]],
        "events": sorted(event["kind"] for event in events),
    }


def _all_fired(shop: Shop, faults):
    fired = [fault for fault in shop.stripe("GET", "faults")["data"] if fault["fired"]]
    assert len(fired) == len(faults), "a fault that never fired proves nothing"
