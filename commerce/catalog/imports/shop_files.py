"""The demo shop's files (data/README.md) as categories, products and plans in plain words."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from commerce.catalog.imports.load_products import ProductToLoad
from commerce.catalog.interface.dto import IntervalUnit, PlanKind
from commerce.catalog.plans.terms import NewPlan
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.create_categories import NewCategory
from commerce.catalog.products.drafts import NewProduct, NewVariant
from commerce.shared.money import Money

# The source's prices are in US cents; it names no other currency.
CURRENCY: Final = "USD"


def read_categories(file: Path) -> Iterator[NewCategory]:
    for row in _rows(file):
        yield NewCategory(slug=row["slug"], name=row["name"], parent=row["parent_slug"] or None)


def read_products(file: Path) -> Iterator[ProductToLoad]:
    """One variant each; no price where the retailer never sold one."""
    for row in _rows(file):
        product = NewProduct(
            slug=row["slug"],
            title=row["title"],
            brand=row["brand"],
            categories=[row["category_slug"]],
            variants=[NewVariant(sku=row["sku"], tax_category=row["tax_code"])],
        )
        amount = row["price_minor"]
        prices = [NewPrice(sku=row["sku"], price=Money(int(amount), CURRENCY))] if amount else []
        yield ProductToLoad(product=product, prices=prices)


def read_plans(file: Path) -> Iterator[NewPlan]:
    for plan in json.loads(file.read_text(encoding="utf-8")):
        [goods] = plan.get("goods", [{"sku": None, "quantity": 1}])
        if goods["quantity"] != 1:
            raise ValueError(f"{plan['code']}: a plan delivers one unit a period")
        yield NewPlan(
            code=plan["code"],
            title=plan["title"],
            kind=PlanKind(plan["kind"]),
            interval_unit=IntervalUnit(plan["interval"]),
            interval_count=plan["interval_count"],
            sku=goods["sku"],
            feature=plan.get("entitlement"),
            amounts_minor={plan["currency"]: plan["price_minor"]},
        )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
