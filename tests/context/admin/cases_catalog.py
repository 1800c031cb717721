"""The acts of catalog's pages."""

from __future__ import annotations

from types import SimpleNamespace

from commerce.catalog.models import Plan, PlanVersion, Product, Variant
from commerce.catalog.pricing.set_prices import NewPrice
from commerce.catalog.products.change_product import ProductChanges
from commerce.shared.money import Money
from tests.context.admin.cases import Case, one
from tests.context.admin.rows import NOON, rows_of


def plan_with_new_terms() -> Plan:
    (version,) = rows_of(PlanVersion, 1)
    return version.plan


CASES = [
    Case(
        on=Product,
        act="publish",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.publish_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Product,
        act="change_texts",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.change_product",
        row=one(Product),
        data=lambda _: {"title": "Mug", "brand": "", "description": "Blue."},
        wants=lambda product: {
            "product_id": product.pk,
            "changes": ProductChanges(title="Mug", brand="", description="Blue."),
        },
    ),
    Case(
        on=Product,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.retire_product",
        row=one(Product),
        wants=lambda product: {"product_id": product.pk},
    ),
    Case(
        on=Variant,
        act="set_price",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.set_price",
        row=one(Variant, sku="mug"),
        data=lambda _: {"currency": "usd", "amount": "12.50"},
        wants=lambda _: {"price": NewPrice(sku="mug", price=Money(12_50, "USD"))},
        answers=lambda _: SimpleNamespace(amount_minor=12_50, valid_from=NOON),
        audits={"price": {"amount": 12_50, "currency": "USD"}},
    ),
    Case(
        on=Variant,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.products.retire_variant",
        row=one(Variant),
        wants=lambda variant: {"variant_id": variant.pk},
    ),
    Case(
        on=Plan,
        act="publish",
        roles={"catalog"},
        calls="commerce.catalog.admin.plans.publish_plan",
        row=plan_with_new_terms,
        wants=lambda plan: {"plan_id": plan.pk},
    ),
    Case(
        on=Plan,
        act="retire",
        roles={"catalog"},
        calls="commerce.catalog.admin.plans.retire_plan",
        row=one(Plan),
        wants=lambda plan: {"plan_id": plan.pk},
    ),
]
