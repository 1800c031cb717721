"""`manage.py seed_catalog`: the demo shop's products, prices and plans, through the use cases."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from commerce.catalog.imports.load_plans import load_plans
from commerce.catalog.imports.load_products import LoadReport, load_products
from commerce.catalog.imports.shop_files import read_categories, read_plans, read_products
from commerce.catalog.listing.rebuild_outdated_listing import rebuild_outdated_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.listing.work import is_behind
from commerce.catalog.markets.create_market import NewMarket, create_market
from commerce.catalog.markets.queries import all_markets
from commerce.catalog.products.create_categories import create_categories
from commerce.shared import clock

SHOP: Final = Path(settings.BASE_DIR) / "data" / "shop"
# The shop's prices are in dollars; Europe has none until somebody sets them.
MARKETS: Final = (
    NewMarket(code="us", name="United States", currency="USD", locale="en-US", countries=["US"]),
    NewMarket(
        code="eu",
        name="European Union",
        currency="EUR",
        locale="en-IE",
        countries=(
            "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
        ).split(),
        prices_include_tax=True,
    ),
)
# A worker may be making documents already; it says nothing to us when it is done.
LOOK_AGAIN_AFTER_S: Final = 0.1


class Command(BaseCommand):
    help = "Load the demo shop's catalog. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            choices=["demo", "full"],
            default="demo",
            help="demo: 1,000 products; full: all 92,331 of the source",
        )

    def handle(self, *args: Any, scale: str, **options: Any) -> None:
        if scale == "demo":
            self._load(SHOP)
            return
        try:
            # Beside the deployable, not in its image: only a checkout has the source.
            from data.prepare import write_shop
        except ModuleNotFoundError as absent:
            raise CommandError("--scale full needs the folder data/ of a checkout.") from absent
        with TemporaryDirectory() as directory:
            self.stdout.write("preparing all products of the source …")
            write_shop(Path(directory), full=True)
            self._load(Path(directory))

    def _load(self, directory: Path) -> None:
        began = time.monotonic()
        now = clock.now()
        self.stdout.write(f"markets: {self._create_markets(now)} new")
        categories = create_categories(batch=list(read_categories(directory / "categories.csv")))
        self.stdout.write(f"categories: {categories:,} new")
        report = load_products(
            products=read_products(directory / "products.csv"), now=now, progress=self._tell
        )
        plans = load_plans(plans=read_plans(SHOP / "plans.json"), now=now)
        self.stdout.write(f"plans: {plans} new")
        self._make_documents()
        if report.changed:
            self._settle()
        self.stdout.write(f"catalog loaded in {time.monotonic() - began:.1f} s")
        if report.refused:
            raise CommandError("\n".join(f"{name}: {why}" for name, why in report.refused))

    def _create_markets(self, now: datetime) -> int:
        known = {market.code for market in all_markets()}
        missing = [market for market in MARKETS if market.code not in known]
        for market in missing:
            create_market(market=market, now=now)
        return len(missing)

    def _tell(self, report: LoadReport) -> None:
        self.stdout.write(
            f"products: {report.read:,} read, {report.created:,} new, "
            f"{report.priced:,} priced, {report.published:,} published"
        )

    def _make_documents(self) -> None:
        made = 0
        rebuild_outdated_listing(now=clock.now())
        while is_behind(now=clock.now()):
            made += refresh_listing(now=clock.now())
            time.sleep(LOOK_AGAIN_AFTER_S)
        self.stdout.write(f"documents: {made:,} made")

    def _settle(self) -> None:
        # Autovacuum would do it within minutes; the first pages shall be as fast as all later ones.
        tables = ", ".join(
            f"catalog_{name}"
            for name in ("product", "variant", "price", "listing", "card", "placement")
        )
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {tables}")
