"""kill -9 of any process while the shop is busy: nothing doubled, nothing lost, nothing stuck."""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import pytest

from dev.demo import moves
from dev.demo.__main__ import STORIES
from dev.demo.client import Caller, wait_for
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = [pytest.mark.stack, pytest.mark.faults]

SEED = os.environ.get("COMMERCE_SEED", "20261121")
# Once each in `make test`; COMMERCE_KILLS=10 makes a long night of it.
KILLS = int(os.environ.get("COMMERCE_KILLS", "1"))
VICTIMS = ("web", "worker", "relay", "valkey", "postgres")
BUSY_BEFORE_KILL_S = (0.2, 1.5)
# Somewhere in the ten seconds or so that the stories take.
LIVING_BEFORE_KILL_S = (0.2, 4.0)


class TestKilled:
    @pytest.mark.parametrize("victim", VICTIMS)
    def test_process_costs_nobody_money_or_goods(self, stack: Stack, shop: Shop, victim: str):
        chance = random.Random(f"{SEED} {victim}")
        with Customers(shop) as customers:
            for _ in range(KILLS):
                time.sleep(chance.uniform(*BUSY_BEFORE_KILL_S))
                stack.kill(victim)
                stack.wait_healthy(within_s=60)

        assert customers.orders, "nobody bought anything: the kills proved nothing"
        for caller, order_id in customers.orders:
            _reaches_the_warehouse(shop, caller, order_id)
        comes_to_rest(stack)

    def test_processes_leave_every_story_true(self, stack: Stack, shop: Shop):
        chance, over = random.Random(SEED), threading.Event()
        with ThreadPoolExecutor(1) as teller:
            telling = teller.submit(_tell_the_stories, shop, until=over)
            try:
                for victim in chance.sample(VICTIMS * KILLS, k=len(VICTIMS) * KILLS):
                    time.sleep(chance.uniform(*LIVING_BEFORE_KILL_S))
                    stack.kill(victim)
                    stack.wait_healthy(within_s=60)
            finally:
                over.set()

            assert telling.result() >= len(STORIES)
        comes_to_rest(stack)


def _tell_the_stories(shop: Shop, *, until: threading.Event) -> int:
    """Live `make demo` again and again, each time to its end; say how many stories were told."""
    told = 0
    while True:
        for tell in STORIES:
            tell(shop, Narrator())
            told += 1
        if until.is_set():
            return told


class Customers:
    """Customers who buy one thing after another, and repeat themselves when the shop is away."""

    COUNT = 3

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.orders: list[tuple[Caller, str]] = []
        self._sku = moves.stock_exactly(shop, units=5_000)
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(self.COUNT)

    def __enter__(self) -> Self:
        self._shopping = [self._threads.submit(self._shop_around) for _ in range(self.COUNT)]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._threads.shutdown()
        for customer in self._shopping:
            customer.result()  # what went wrong for one of them goes wrong for the test

    def _shop_around(self) -> None:
        while not self._over.is_set():
            line = [{"sku": self._sku, "quantity": 1}]
            checkout = moves.open_checkout(self.shop.guest, line)
            done = moves.complete(self.shop.guest, checkout)
            self.orders.append((moves.buyer_of(self.shop.guest, checkout), done["order"]["id"]))


def _reaches_the_warehouse(shop: Shop, caller: Caller, order_id: str) -> None:
    order = moves.wait_for_order(
        caller, order_id, what="the order is paid", until=lambda order: order["status"] == "paid"
    )
    found = wait_for(
        f"the warehouse hears of order {order['number']}",
        lambda: shop.staff.get("/fulfilment-orders", {"filter[order]": order_id})["data"],
    )
    assert [known["order"] for known in found] == [order_id]
