"""Exporting: what comes out goes in again, and changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest

from commerce.catalog.imports import export_products as module
from commerce.catalog.imports import start_import as start_module
from commerce.catalog.imports.export_products import export_products
from commerce.catalog.imports.load_next_batch import load_next_batch
from commerce.catalog.imports.models import ImportFormat
from commerce.catalog.imports.start_import import start_import
from commerce.catalog.interface.dto import Grant
from commerce.catalog.models import Product
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.catalog.products.create_products import create_products
from commerce.catalog.products.drafts import NewComponent, NewProduct, NewVariant, ProductTexts
from commerce.catalog.products.publish_product import publish_product
from commerce.catalog.products.retire_product import retire_product
from commerce.shared.money import Money
from tests.factories.catalog import CategoryFactory, attribute, on_sale, product_type
from tests.factories.identity import UserFactory

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("file_format", [ImportFormat.CSV, ImportFormat.JSONL])


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(start_module, "ring", lambda *_args: None)


@pytest.fixture
def shop():
    CategoryFactory(slug="kitchen")
    CategoryFactory(slug="gifts")
    product_type(
        "cup",
        attribute("volume_ml", "number"),
        attribute("dishwasher", "boolean"),
        of_variants=[attribute("glaze", "choice", "matt", "shiny")],
    )
    mug = NewProduct(
        slug="x-mug",
        title='Mug, "the" one',
        description="Two\nlines",
        brand="Acme",
        product_type="cup",
        attributes={"volume_ml": 350.5, "dishwasher": True},
        translations={"de": ProductTexts(title="Becher", description="")},
        categories=["gifts", "kitchen"],
        variants=[
            NewVariant(
                sku="X-MUG-R",
                gtin="4006381333931",
                options={"Color": "Red"},
                attributes={"glaze": "matt"},
                weight_g=400,
                length_mm=100,
                width_mm=90,
                height_mm=80,
            ),
            NewVariant(sku="X-MUG-B", options={"Color": "Blue"}, made_to_order_days=5),
        ],
    )
    box = NewProduct(
        slug="x-box",
        title="Box",
        description="'=2+2",
        brand="=HYPERLINK(1)",
        variants=[NewVariant(sku="X-BOX", components=[NewComponent(sku="X-MUG-R", quantity=2)])],
    )
    card = NewProduct(
        slug="x-card",
        title="Card",
        variants=[
            NewVariant(
                sku="X-CARD", requires_shipping=False, grants=[Grant(feature="read", days=30)]
            )
        ],
    )
    made = create_products(batch=[mug, box, card], now=NOON)
    set_prices(
        batch=[
            NewPrice(sku="X-MUG-R", price=Money(3_49, "USD"), compare_at=Money(4_00, "USD")),
            NewPrice(sku="X-MUG-R", price=Money(400, "JPY")),
            NewPrice(sku="X-BOX", price=Money(6_00, "USD")),
        ],
        now=NOON,
    )
    publish_product(product_id=made[0].product_id, now=NOON)


def exported(file_format):
    return b"".join(export_products(file_format=file_format, at=LATER))


@BOTH
def test_goes_in_again_and_changes_nothing(shop, file_format):
    versions = dict(Product.objects.values_list("slug", "version"))
    row = start_import(chunks=[exported(file_format)], format=file_format, now=LATER)

    row = load_next_batch(import_id=row.id, now=LATER)

    assert (row.rows_read, row.rows_unchanged, row.problems) == (3, 3, 0)
    assert dict(Product.objects.values_list("slug", "version")) == versions


def test_holds_nothing_that_a_spreadsheet_would_run(shop):
    [box] = [
        x
        for x in csv.DictReader(exported(ImportFormat.CSV).decode().splitlines())
        if x["slug"] == "x-box"
    ]

    assert (box["brand"], box["description"]) == ("'=HYPERLINK(1)", "''=2+2")


@BOTH
def test_is_the_same_after_it_was_loaded_into_an_empty_shop(shop, file_format):
    before = exported(file_format)
    others = before.replace(b"x-", b"y-").replace(b"X-", b"Y-")
    row = start_import(chunks=[others], format=file_format, now=LATER)

    row = load_next_batch(import_id=row.id, now=LATER)

    assert (row.rows_created, row.problems) == (3, 0)
    again = exported(file_format).replace(b"y-", b"x-").replace(b"Y-", b"X-")
    lines = before.splitlines()
    first = 1 if file_format == ImportFormat.CSV else 0
    assert again.splitlines() == [*lines, *lines[first:]]


def test_leaves_out_what_is_retired(shop):
    retire_product(product_id=on_sale("OLD", slug="old").product.pk, now=NOON)

    slugs = [json.loads(line)["slug"] for line in exported(ImportFormat.JSONL).splitlines()]

    assert slugs == ["x-mug", "x-box", "x-card"]


def test_reads_a_batch_at_a_time(shop, monkeypatch):
    whole = exported(ImportFormat.JSONL)
    monkeypatch.setattr(module, "BATCH_SIZE", 1)

    assert exported(ImportFormat.JSONL) == whole


def test_is_there_over_rest(shop, sign_in, api):
    staff = sign_in(UserFactory(roles=["catalog"]))
    found = staff.get("/v1/exports/products?file_format=csv")

    assert found["Content-Type"] == "text/csv"
    assert b"".join(found.streaming_content).startswith(b"slug,title,")
    assert staff.get("/v1/exports/products?file_format=shopify").status_code == 400
    assert api.get("/v1/exports/products?file_format=csv").status_code == 401
    assert sign_in(UserFactory()).get("/v1/exports/products?file_format=csv").status_code == 403
