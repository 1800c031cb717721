"""The acts above catalog's lists."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commerce.catalog.attributes.drafts import (
    NewAttribute,
    NewChoice,
    NewProductType,
    NewTypeAttribute,
)
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection
from commerce.catalog.markets.create_market import NewMarket
from commerce.catalog.models import (
    Attribute,
    Category,
    Collection,
    Import,
    ListingRebuild,
    Market,
    Plan,
    PlanVersion,
    PriceList,
    Product,
    ProductType,
    Promotion,
)
from commerce.catalog.pricing.create_price_list import NewPriceList
from commerce.catalog.products.create_categories import NewCategory
from commerce.catalog.products.drafts import NewProduct, NewVariant
from commerce.catalog.promotions.drafts import NewPromotion
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared.money import Money
from tests.context.admin.cases import ListCase, one
from tests.context.admin.cases_catalog import plan_form, plan_terms
from tests.context.admin.rows import rows_of


def created_product() -> Any:
    (product,) = rows_of(Product, 1)
    return SimpleNamespace(product_id=product.pk)


def first_terms() -> Any:
    (version,) = rows_of(PlanVersion, 1)
    return version


DESK = "commerce.catalog.admin"
CASES = [
    ListCase(
        on=Product,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.products.create_product",
        data={"title": "Mug", "slug": "mug", "sku": "MUG"},
        wants={"product": NewProduct(title="Mug", slug="mug", variants=[NewVariant(sku="MUG")])},
        row=created_product,
        audits={"slug": "mug", "sku": "MUG"},
    ),
    ListCase(
        on=Plan,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.plans.create_plan",
        data={"code": "cloud", **plan_form("Cloud")},
        wants={"plan": plan_terms("cloud", "Cloud")},
        row=first_terms,
        audits={"code": "cloud"},
    ),
    ListCase(
        on=Category,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.categories.create_categories",
        data={"name": "Mugs", "slug": "mugs", "parent": "kitchen"},
        wants={"batch": [NewCategory(slug="mugs", name="Mugs", parent="kitchen")]},
        row=one(Category, slug="mugs"),
        audits={"slug": "mugs", "parent": "kitchen"},
    ),
    ListCase(
        on=Attribute,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.attributes.create_attribute",
        data={
            "code": "color",
            "name": "Color",
            "kind": "choice",
            "is_filterable": "on",
            "translations": "de = Farbe",
            "choices": "red = Red",
        },
        wants={
            "attribute": NewAttribute(
                code="color",
                name="Color",
                kind="choice",
                is_filterable=True,
                translations={"de": "Farbe"},
                choices=[NewChoice(code="red", label="Red")],
            )
        },
        row=one(Attribute),
        audits={"code": "color", "kind": "choice"},
    ),
    ListCase(
        on=ProductType,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.product_types.create_product_type",
        data={"code": "mug", "name": "Mugs", "attributes": "volume required\ncolor variant"},
        wants={
            "product_type": NewProductType(
                code="mug",
                name="Mugs",
                attributes=[
                    NewTypeAttribute(attribute="volume", is_required=True),
                    NewTypeAttribute(attribute="color", scope="variant"),
                ],
            )
        },
        row=one(ProductType),
    ),
    ListCase(
        on=Market,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.markets.create_market",
        data={
            "code": "eu",
            "name": "Europe",
            "currency": "eur",
            "locale": "de-DE",
            "countries": "de fr",
            "prices_include_tax": "on",
        },
        wants={
            "market": NewMarket(
                code="eu",
                name="Europe",
                currency="EUR",
                locale="de-DE",
                countries=["DE", "FR"],
                prices_include_tax=True,
            )
        },
        row=one(Market),
    ),
    ListCase(
        on=PriceList,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.price_lists.create_price_list",
        data={"code": "vip", "name": "VIP", "currency": "usd", "priority": "5"},
        wants={"price_list": NewPriceList(code="vip", name="VIP", currency="USD", priority=5)},
        row=one(PriceList),
    ),
    ListCase(
        on=Promotion,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.promotions.create_promotion",
        data={
            "title": "Spring",
            "lane": "item",
            "effect": "percent",
            "percent": "15",
            "in_currency": "USD",
            "cap": "20.00",
            "buy_quantity": "1",
            "get_quantity": "1",
            "quantity": "1",
            "targets": "categories mugs cups",
            "priority": "0",
        },
        wants={
            "promotion": NewPromotion(
                title="Spring",
                lane=Lane.ITEM,
                currency="USD",
                terms=Terms(
                    effect=Effect.PERCENT,
                    percent=Decimal(15),
                    cap=Money(20_00, "USD"),
                    targets=Selection(categories=["mugs", "cups"]),
                    markets=[],
                    customer_groups=[],
                ),
            )
        },
        row=one(Promotion),
        audits={"lane": "item", "effect": "percent"},
    ),
    ListCase(
        on=Collection,
        act="create",
        roles={"catalog"},
        calls=f"{DESK}.collections.create_collection",
        data={
            "slug": "blue",
            "kind": "rules",
            "title": "Blue",
            "rules": '[{"field": "brand", "in": ["Acme"]}]',
            "matching": "all",
        },
        wants={
            "collection": NewCollection(
                slug="blue",
                kind="rules",
                words=CollectionChanges(
                    title="Blue",
                    description="",
                    is_published=False,
                    rules=[{"field": "brand", "in": ["Acme"]}],
                    matching="all",
                ),
            )
        },
        row=one(Collection),
    ),
    ListCase(
        on=Import,
        act="start",
        roles={"catalog"},
        calls=f"{DESK}.imports.start_import",
        data={
            "file": lambda: SimpleUploadedFile("shop.csv", b"slug\n"),
            "file_format": "csv",
            "currency": "USD",
            "is_dry_run": "on",
        },
        wants={"format": "csv", "file_name": "shop.csv", "is_dry_run": True},
        row=one(Import),
    ),
    ListCase(
        on=ListingRebuild,
        act="rebuild",
        roles={"catalog"},
        calls=f"{DESK}.listing.rebuild_listing",
        data={},
        wants={},
        row=one(ListingRebuild),
    ),
]
