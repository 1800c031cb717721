"""Two clicks at once, and two hundred: through HTTP, on the running shop."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from commerce.shared import ids
from dev.demo import moves
from dev.demo.moves import Shop
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = [pytest.mark.stack, pytest.mark.faults]

# More than the shop has threads to answer with.
AT_THE_DOOR = 60


def at_once[T](count: int, act: Callable[[int], T]) -> list[T]:
    """Do the same thing so many times in threads that all start together."""
    barrier = threading.Barrier(count)

    def run(i: int) -> T:
        barrier.wait()
        return act(i)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class TestManyBuyers:
    def test_get_exactly_the_units_there_are(self, stack: Stack, shop: Shop):
        sku = moves.stock_exactly(shop, units=50)
        line = [{"sku": sku, "quantity": 1}]
        checkouts = [moves.open_checkout(shop.guest, line) for _ in range(200)]

        answers = at_once(200, lambda i: moves.complete(shop.guest, checkouts[i], expect=None))

        told = Counter(_told(answer) for answer in answers)
        assert told == {"paid": 50, "out_of_stock": 150}
        comes_to_rest(stack)

    def test_of_two_things_in_opposite_order_never_wait_for_each_other(
        self, stack: Stack, shop: Shop
    ):
        found = moves.find_products(shop.guest, count=20)
        skus = [product["skus"][0] for product in found[10:12]]
        carts = [
            [{"sku": sku, "quantity": 1} for sku in (skus if i % 2 else reversed(skus))]
            for i in range(20)
        ]
        checkouts = [moves.open_checkout(shop.guest, cart) for cart in carts]

        answers = at_once(20, lambda i: moves.complete(shop.guest, checkouts[i], expect=None))

        assert {_told(answer) for answer in answers} <= {"paid", "out_of_stock"}
        comes_to_rest(stack)


class TestACouponForTheFirst:
    @pytest.mark.parametrize(
        ("requests", "uses"),
        # What is promised takes too long for every day: `make bench-coupon`.
        [(60, 20), pytest.param(1_000, 100, marks=pytest.mark.benchmark)],
    )
    def test_is_used_by_exactly_so_many(self, stack: Stack, shop: Shop, requests: int, uses: int):
        code, promotion = moves.coupon_for_the_first(shop, uses=uses)
        sku = moves.stock_exactly(shop, units=requests)
        line = [{"sku": sku, "quantity": 1}]

        def come(_: int) -> Mapping[str, Any]:
            email = f"ada.{uuid.uuid4().hex}@example.com"
            return moves.open_checkout(shop.guest, line, promotion_codes=[code], email=email)

        with ThreadPoolExecutor(AT_THE_DOOR) as pool:
            checkouts = list(pool.map(come, range(requests)))
            answers = list(
                pool.map(lambda x: moves.complete(shop.guest, x, expect=None), checkouts)
            )

        told = Counter(_told(answer) for answer in answers)
        assert told["paid"] == uses
        # Refused by the quote, or by the hold a moment later.
        assert told.keys() <= {"paid", "total_changed", "promotion_exhausted"}
        assert shop.staff.get(f"/promotions/{promotion}")["times_used"] == uses
        comes_to_rest(stack)


class TestOneKey:
    def test_makes_one_order_and_one_charge_from_twenty_requests(self, stack: Stack, shop: Shop):
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
        key = str(uuid.uuid4())

        answers = at_once(20, lambda _: moves.complete(shop.guest, checkout, expect=None, key=key))

        assert {answer.status_code for answer in answers} <= {201, 409}
        codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
        assert codes <= {"request_in_progress"}
        bodies = {answer.content for answer in answers if answer.status_code == 201}
        assert len(bodies) == 1
        again = moves.complete(shop.guest, checkout, expect=None, key=key)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert {again.content} == bodies
        assert _charges(shop, again.json()["payment"]["id"]) == 1

    def test_with_another_body_is_refused(self, shop: Shop):
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])
        key = str(uuid.uuid4())
        moves.complete(shop.guest, checkout, key=key)

        refused = moves.complete(
            shop.guest, checkout, key=key, card="pm_card_mastercard", expect=422
        )

        assert refused["code"] == "idempotency_key_reused"


class TestTwoKeys:
    def test_at_once_make_one_order_and_one_charge(self, stack: Stack, shop: Shop):
        sku = moves.find_products(shop.guest)[0]["skus"][0]
        checkout = moves.open_checkout(shop.guest, [{"sku": sku, "quantity": 1}])

        answers = at_once(8, lambda _: moves.complete(shop.guest, checkout, expect=None))

        orders = {a.json()["order"]["id"] for a in answers if a.status_code in (201, 202)}
        assert len(orders) == 1
        order_id = orders.pop()
        order = moves.wait_for_order(
            moves.buyer_of(shop.guest, checkout),
            order_id,
            what="the order is paid",
            until=lambda order: order["status"] == "paid",
        )
        assert sum(_charges(shop, payment) for payment in order["payments"]) == 1
        comes_to_rest(stack)


def _told(answer: Any) -> str:
    body = answer.json()
    if answer.status_code == 201:
        return str(body["order"]["status"])
    return str(body.get("code", answer.status_code))


def _charges(shop: Shop, payment_id: str) -> int:
    ours = str(ids.decode("pay", payment_id))
    return sum(
        line["kind"] == "charge_succeeded" and line["metadata"].get("payment_id") == ours
        for line in shop.journal()
    )
