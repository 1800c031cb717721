"""`make bench-catalog`: what the running shop's lists, pages and searches can do, as a table.

Client, web server, worker and PostgreSQL share the machine. Compare ratios of one run; figures of
another day were measured on another machine.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from rich.table import Table

from dev import processes
from dev.bench import freshness, load
from dev.bench.http import Caller
from dev.state import State, local_folder
from dev.terminal import console

CONNECTIONS: Final = 8
FACETS: Final = "brand,availability,price"
# The same requests in every run.
SEED: Final = 20170101
PRODUCTS_READ: Final = 5_000
MEMORY_EVERY_S: Final = 15.0
CHANGES_PER_S: Final = 100
# Of the last minute. On a machine that others use it is told, and measured all the same.
IDLE_LOAD: Final = 0.7
SETTLES_WITHIN_S: Final = 180.0


def main() -> int:
    """Measure one thing after the other, and print as it goes."""
    options = _options()
    facts = State(local_folder()).running()
    if not facts.get("ready"):
        console.print("No shop is running: `make bench-catalog` starts one of its own")
        return 2
    _settle()
    bench = _Bench(facts, options.seconds)
    console.print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; "
        f"{bench.listed:,} products on sale seen\n",
        highlight=False,
    )
    table = Table("what", "connections", "/s", "p50 ms", "p95 ms", "p99 ms", "answers")
    for row in bench.reads():
        table.add_row(*row)
    console.print(table)
    bench.freshness(for_s=options.seconds * 2)
    bench.memory(minutes=options.memory_minutes)
    console.print(f"load {os.getloadavg()[0]:.1f} after", highlight=False)
    return 0


def _settle() -> None:
    """Wait until PostgreSQL has written what was loaded a moment ago: else that is measured too."""
    gives_up = time.monotonic() + SETTLES_WITHIN_S
    if os.getloadavg()[0] > IDLE_LOAD:
        console.print("waiting until the machine has nothing else to do …")
    while os.getloadavg()[0] > IDLE_LOAD and time.monotonic() < gives_up:
        time.sleep(1)  # the figure itself changes every five seconds
    if os.getloadavg()[0] > IDLE_LOAD:
        console.print("it still has: what follows was measured beside that")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="for each measurement")
    parser.add_argument("--memory-minutes", type=float, default=5)
    return parser.parse_args()


class _Bench:
    """What is asked for is read from the shop itself."""

    def __init__(self, facts: dict[str, Any], seconds: float) -> None:
        self.api: str = facts["api"]
        self.token: str = facts["staff"]["token"]
        self.port = urlsplit(self.api).port or 80
        self.seconds = seconds
        self.products = list(_products(Caller(self.api)))
        self.listed = len(self.products)
        dice = random.Random(SEED)  # noqa: S311 - the same dice in every run
        dice.shuffle(self.products)
        self.categories = sorted({x["slug"] for p in self.products for x in p["categories"]})
        self.searches = list(_searches(self.products, dice))

    def reads(self) -> Iterator[tuple[str, ...]]:
        lists = [load.get(f"/v1/products?filter[category]={x}") for x in self.categories]
        pages = [load.get(f"/v1/products/{x['slug']}") for x in self.products]
        searches = [load.get(f"/v1/products?q={quote(x)}&facets={FACETS}") for x in self.searches]
        choices = [
            load.get(f"/v1/products?{urlencode(x)}&facets={FACETS}")
            for x in (
                {},
                {"filter[brand]": "National"},
                {"filter[brand]": "Private", "filter[price][lte]": 500},
            )
        ]
        yield self._row("list: a category's page", lists, CONNECTIONS)
        yield self._row("list: everything", [load.get("/v1/products")], CONNECTIONS)
        yield self._row("detail", pages, CONNECTIONS)
        yield self._row("search, three facets", searches, 1)
        yield self._row("search, three facets", searches, CONNECTIONS)
        yield self._row("everything and choices, three facets", choices, 1)

    def _row(self, what: str, requests: Sequence[bytes], connections: int) -> tuple[str, ...]:
        # Warm: connections are open, statements are prepared.
        load.run(requests, port=self.port, connections=connections, for_s=1)
        measured = load.run(requests, port=self.port, connections=connections, for_s=self.seconds)
        latencies = (f"{measured.percentile_ms(x):.1f}" for x in (50, 95, 99))
        answers = ", ".join(f"{n:,} × {status}" for status, n in measured.statuses.items())
        return (what, str(connections), f"{measured.rate:,.0f}", *latencies, answers)

    def freshness(self, *, for_s: float) -> None:
        # A product's price shows what was changed only if it is of its only variant.
        single = [x for x in self.products if len(x["skus"]) == 1][:2_000]
        found = freshness.measure(self.api, self.token, single, rate=CHANGES_PER_S, for_s=for_s)
        table = Table("a new price is seen", "changes/s", "watched", "p50 ms", "p95 ms", "p99 ms")
        for where, seconds in (("on its page", found.page_s), ("in a list", found.list_s)):
            measured = load.Measured(latencies_s=seconds)
            latencies = (f"{measured.percentile_ms(x):.0f}" for x in (50, 95, 99))
            rate = f"{found.changes / found.seconds:.0f}"
            table.add_row(where, rate, str(len(seconds)), *latencies)
        console.print(table)

    def memory(self, *, minutes: float) -> None:
        """Print what the web tier holds while it is asked for lists and pages without a pause."""
        mixed = [
            load.get(f"/v1/products/{product['slug']}")
            if i % 2
            else load.get(f"/v1/products?filter[category]={product['categories'][0]['slug']}")
            for i, product in enumerate(self.products)
        ]
        samples = [_web_memory_mb(self.port)]
        ends = time.monotonic() + minutes * 60
        while time.monotonic() < ends:
            for_s = min(MEMORY_EVERY_S, ends - time.monotonic())
            load.run(
                mixed, port=self.port, connections=CONNECTIONS, for_s=for_s, keep_latencies=False
            )
            samples.append(_web_memory_mb(self.port))
        told = " ".join(f"{x:.0f}" for x in samples)
        console.print(f"web tier, MB, every {MEMORY_EVERY_S:.0f} s: {told}", highlight=False)


def _products(shop: Caller) -> Iterator[dict[str, Any]]:
    query: dict[str, object] = {
        "limit": 100,
        "fields": "id,slug,title,price,skus,categories",
        "sort": "newest",
    }
    for _ in range(PRODUCTS_READ // 100):
        page = shop.get("/products", **query)
        yield from page["data"]
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]


def _searches(products: Sequence[dict[str, Any]], dice: random.Random) -> Iterator[str]:
    """One or two words of a title, as common as they are there; every tenth with a typing error."""
    for i, product in enumerate(products[:1_000]):
        words = [x for x in product["title"].split() if x.isalpha() and len(x) > 3]
        if not words:
            continue
        asked = dice.sample(words, min(len(words), dice.choice((1, 2))))
        if i % 10 == 0:
            at = dice.randrange(1, len(asked[0]) - 1)
            asked[0] = asked[0][:at] + asked[0][at + 1 :]
        yield " ".join(asked)


def _web_memory_mb(port: int) -> float:
    """Memory of the web server's processes; what they share is counted once."""
    total_kb = 0
    for process in processes.running():
        rollup = Path(f"/proc/{process.pid}/smaps_rollup")
        if "granian" in process.command and f"--port {port}" in process.command and rollup.exists():
            lines = rollup.read_text().splitlines()
            total_kb += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total_kb / 1024


if __name__ == "__main__":
    sys.exit(main())
