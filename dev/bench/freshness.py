"""How long a change of a price takes until lists and pages show it, while many change."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dev.bench.http import Caller

WRITERS: Final = 4
WATCHERS: Final = 2
# Every so many changes one is watched: to watch them all would be the heavier load.
WATCHED: Final = 10
LOOKS_AGAIN_AFTER_S: Final = 0.01
GIVES_UP_AFTER_S: Final = 30.0


@dataclass(slots=True)
class Freshness:
    """How many changes were made, how fast, and how long those watched took to be seen, in seconds."""

    changes: int = 0
    seconds: float = 0.0
    page_s: list[float] = field(default_factory=list)
    list_s: list[float] = field(default_factory=list)


def measure(
    api: str, token: str, products: Sequence[dict[str, Any]], *, rate: float, for_s: float
) -> Freshness:
    """Change prices at a steady rate; `products` have an id, a SKU and a price."""
    found, watched = Freshness(), queue.SimpleQueue[tuple[str, int, float] | None]()
    lock, turn = threading.Lock(), itertools.count()
    began = time.monotonic()

    def write() -> None:
        staff = Caller(api, token=token)
        while (n := next(turn)) < rate * for_s:
            time.sleep(max(began + n / rate - time.monotonic(), 0))
            product = products[n % len(products)]
            # No two alike, so that a list can be asked for exactly this one.
            amount = 1_000_000 + n
            price = {"amount": amount, "currency": product["price"]["currency"]}
            asked_at = time.monotonic()
            staff.post(
                f"/products/{product['id']}/prices", {"sku": product["skus"][0], "price": price}
            )
            with lock:
                found.changes += 1
            if n % WATCHED == 0:
                watched.put((product["id"], amount, asked_at))

    def watch() -> None:
        shopper = Caller(api)
        while (change := watched.get()) is not None:
            product_id, amount, asked_at = change
            exactly = {"filter[price][gte]": amount, "filter[price][lte]": amount}
            unseen = {"page", "list"}
            while unseen and time.monotonic() - asked_at < GIVES_UP_AFTER_S:
                if "page" in unseen:
                    shown = shopper.get(f"/products/{product_id}", fields="price")
                    if shown["price"]["amount"] == amount:
                        found.page_s.append(time.monotonic() - asked_at)
                        unseen.discard("page")
                if "list" in unseen and shopper.get("/products", limit=1, **exactly)["data"]:
                    found.list_s.append(time.monotonic() - asked_at)
                    unseen.discard("list")
                time.sleep(LOOKS_AGAIN_AFTER_S)
            if unseen:
                raise TimeoutError(f"{product_id} still does not cost {amount}")

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    watchers = [threading.Thread(target=watch) for _ in range(WATCHERS)]
    for thread in (*writers, *watchers):
        thread.start()
    for thread in writers:
        thread.join()
    found.seconds = time.monotonic() - began
    for _ in watchers:
        watched.put(None)
    for thread in watchers:
        thread.join()
    return found
