"""`manage.py seed_stock`: the demo shop's warehouses, stock and delivery, through the use cases."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commerce.fulfilment.inventory.receive_stock import StockReceipt, receive_stock
from commerce.fulfilment.inventory.set_up_locations import LocationDetails, set_up_locations
from commerce.fulfilment.inventory.tell_availability import tell_availability
from commerce.fulfilment.shipments.set_delivery_rates import RateDetails, set_delivery_rates
from commerce.shared import clock
from commerce.shared.money import Money

SHOP: Final = Path(settings.BASE_DIR) / "data" / "shop"
# Small enough to keep a transaction short, large enough for few of them.
BATCH: Final = 2_000
# What the first delivery is booked under: loading again books nothing.
REFERENCE: Final = "seed"


class Command(BaseCommand):
    help = "Load the demo shop's warehouses, stock and delivery. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            choices=["demo", "full"],
            default="demo",
            help="demo: 1,000 products; full: all 92,331 of the source",
        )

    def handle(self, *args: Any, scale: str, **options: Any) -> None:
        set_up_locations(list(_locations(SHOP / "warehouses.json")))
        set_delivery_rates(list(_rates(SHOP / "delivery_options.json")))
        if scale == "demo":
            self._receive(SHOP / "stock.csv")
            return
        try:
            # Beside the deployable, not in its image: only a checkout has the source.
            from data.prepare import write_shop
        except ModuleNotFoundError as absent:
            raise CommandError("--scale full needs the folder data/ of a checkout.") from absent
        with TemporaryDirectory() as directory:
            write_shop(Path(directory), full=True)
            self._receive(Path(directory) / "stock.csv")

    def _receive(self, path: Path) -> None:
        read = new = 0
        for receipts in batched(_receipts(path), BATCH):
            new += receive_stock(receipts, now=clock.now())
            read += len(receipts)
            self.stdout.write(f"stock: {read:,} read, {new:,} new")
        # The clock would do it within seconds; a shop that opens now has something on its shelves.
        while tell_availability(now=clock.now()):
            pass


def _locations(path: Path) -> Iterator[LocationDetails]:
    for row in json.loads(path.read_text()):
        yield LocationDetails(
            code=row["code"],
            title=row["name"],
            line1=row["line1"],
            city=row["city"],
            region=row["region"],
            postal_code=row["postal_code"],
            country=row["country"],
            priority=row["priority"],
        )


def _rates(path: Path) -> Iterator[RateDetails]:
    for option in json.loads(path.read_text()):
        for rate in option["rates"]:
            yield RateDetails(
                code=option["code"],
                title=option["title"],
                country=rate["country"],
                base=Money(rate["price_minor"], rate["currency"]),
                days_min=rate["min_days"],
                days_max=rate["max_days"],
            )


def _receipts(path: Path) -> Iterator[StockReceipt]:
    """Give the rows that bring something: a receipt of nothing is none."""
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if units := int(row["units"]):
                yield StockReceipt(
                    location=row["warehouse"], sku=row["sku"], units=units, reference=REFERENCE
                )
