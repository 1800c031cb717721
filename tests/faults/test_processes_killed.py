"""kill -9 of any process while the shop is busy: nothing doubled, nothing lost, nothing stuck."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Self

import pytest
import requests

from dev.demo import moves
from dev.demo.client import Unexpected
from dev.demo.moves import Shop
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.xdist_group("stack")]

SEED = 20261121
# Once each in `make test`; COMMERCE_KILLS=10 makes a long night of it.
KILLS = int(os.environ.get("COMMERCE_KILLS", "1"))
BUSY_BEFORE_KILL_S = (0.2, 1.5)


class TestKilled:
    @pytest.mark.parametrize("victim", ["web", "worker", "relay", "valkey", "postgres"])
    def test_process_costs_nobody_money_or_goods(self, stack: Stack, shop: Shop, victim: str):
        chance = random.Random(f"{SEED} {victim}")
        with Customers(shop) as customers:
            for _ in range(KILLS):
                time.sleep(chance.uniform(*BUSY_BEFORE_KILL_S))
                stack.kill(victim)
                stack.wait_healthy(within_s=60)

        assert customers.orders, "nobody bought anything: the kills proved nothing"
        # The last ones were bought while it was down: if any is stuck, they are.
        for caller, order_id in customers.orders[-6:]:
            _reaches_the_warehouse(shop, caller, order_id)
        comes_to_rest(stack)


class Customers:
    """Customers who buy one thing after another, and repeat themselves when the shop is away."""

    COUNT = 3

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.orders: list[tuple[object, str]] = []
        self._sku = moves.stock_exactly(shop, units=5_000)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._shop_around) for _ in range(self.COUNT)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _shop_around(self) -> None:
        while not self._over.is_set():
            line = [{"sku": self._sku, "quantity": 1}]
            checkout = _insist(lambda line=line: moves.open_checkout(self.shop.guest, line))
            key = f"kill-{checkout['id']}"
            answer = _insist(
                lambda checkout=checkout, key=key: _completed(self.shop, checkout, key)
            )
            self.orders.append((moves.buyer_of(self.shop.guest, checkout), answer["order"]["id"]))


def _completed(shop: Shop, checkout, key: str):
    answer = moves.complete(shop.guest, checkout, expect=None, key=key)
    if answer.status_code not in (201, 202):
        raise Unexpected(answer.text)
    return answer.json()


def _insist[T](act: Callable[[], T]) -> T:
    """Repeat like a patient client, with the same key, until there is an answer."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return act()
        except (Unexpected, requests.RequestException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _reaches_the_warehouse(shop: Shop, caller, order_id: str) -> None:
    order = _insist(
        lambda: moves.wait_for_order(
            caller, order_id, what="the order is paid", until=lambda o: o["status"] == "paid"
        )
    )
    _insist(lambda: shop.staff.get("/fulfilment-orders", {"filter[order]": order["id"]}))["data"]
