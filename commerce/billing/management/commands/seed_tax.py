"""`manage.py seed_tax`: enter the demo shop's tax rates, through the use case."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from commerce.billing.tax.set_tax_rates import Rate, set_tax_rates

RATES: Final = Path(settings.BASE_DIR) / "data" / "shop" / "tax_rates.json"
# Before the shop's first order; the laws named there are older.
VALID_FROM: Final = date(2026, 1, 1)


class Command(BaseCommand):
    help = "Enter the demo shop's tax rates. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", default="demo", help="the same rates at every scale")

    def handle(self, *args: Any, **options: Any) -> None:
        rates = [
            Rate(
                country=country["country"],
                category=category,
                percent=Decimal(percent),
                source=country["source"],
            )
            for country in json.loads(RATES.read_text())
            for category, percent in country["rates"].items()
        ]
        set_tax_rates(rates=rates, valid_from=VALID_FROM)
        self.stdout.write(f"tax rates: {len(rates)}")
