"""Loading the demo shop's stock: all of it, and once."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum

from commerce.fulfilment.inventory.models import StockLevel, StockLocation, StockMovement
from commerce.fulfilment.shipments.quote_delivery import quote_delivery

SHOP = Path(settings.BASE_DIR) / "data" / "shop"

pytestmark = pytest.mark.django_db


class TestSeedStock:
    def test_loads_everything_once(self):
        for _ in range(2):
            call_command("seed_stock")

        with (SHOP / "stock.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if int(row["units"])]
        units = sum(int(row["units"]) for row in rows)
        assert StockLevel.objects.count() == StockMovement.objects.count() == len(rows)
        assert StockLevel.objects.aggregate(units=Sum("on_hand"))["units"] == units

    def test_sets_up_the_warehouses_and_the_ways_to_deliver(self):
        call_command("seed_stock")

        known = list(StockLocation.objects.order_by("priority").values_list("code", flat=True))
        wanted = sorted(
            json.loads((SHOP / "warehouses.json").read_text()), key=lambda row: row["priority"]
        )
        assert known == [row["code"] for row in wanted]
        options = quote_delivery(country="US", currency="USD", weight_g=1_000, units=1)
        assert [option.code for option in options] == ["standard", "express"]
