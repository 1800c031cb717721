"""`manage.py seed_shop`: load the demo shop, each context its own part, through use cases."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

# In this order: stock is counted for products that exist. By name, because the kernel knows no
# context; one that is moved out takes its command along.
PARTS = ("seed_catalog", "seed_stock", "seed_tax")


class Command(BaseCommand):
    help = "Load the demo shop: products, prices, plans, stock, delivery and tax rates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            choices=("demo", "full"),
            default="demo",
            help="demo: 1,000 products; full: all 92,331 of the source",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for part in PARTS:
            if part not in get_commands():
                self.stdout.write(f"{part}: not in this deployable")
                continue
            started = time.perf_counter()
            call_command(part, scale=options["scale"], stdout=self.stdout)
            self.stdout.write(f"{part}: {time.perf_counter() - started:.1f} s")
