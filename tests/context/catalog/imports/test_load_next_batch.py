"""Importing files: all kinds of bad rows, the same file again, killed halfway, tried first."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connections

from commerce.catalog.imports import apply_batch as steps
from commerce.catalog.imports import load_next_batch as module
from commerce.catalog.imports import start_import as start_module
from commerce.catalog.imports.cancel_import import ImportEnded, cancel_import
from commerce.catalog.imports.load_next_batch import load_next_batch
from commerce.catalog.imports.models import Import, ImportFormat
from commerce.catalog.imports.queries import import_of, problems_of
from commerce.catalog.imports.start_import import FileEmpty, start_import
from commerce.catalog.models import (
    ImportPart,
    OutboxMessage,
    Price,
    Product,
    ProductCategory,
    ProductChange,
    Variant,
)
from commerce.catalog.products.retire_product import retire_product
from commerce.shared.money import Money
from tests.factories.catalog import CategoryFactory, attribute, on_sale, product_type

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=1)

pytestmark = pytest.mark.django_db

HEADER = "slug,title,categories,published,sku,option:Color,price:USD\n"
SHOP = HEADER + (
    "mug,Mug,kitchen,yes,MUG-R,Red,3.49\n"
    "mug,,,,MUG-B,Blue,3.99\n"
    "cup,Cup,kitchen,yes,CUP,,2\n"
    "pot,Pot,,no,POT,,\n"
)


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    tasks = []
    monkeypatch.setattr(start_module, "ring", tasks.append)
    return tasks


@pytest.fixture(autouse=True)
def kitchen():
    return CategoryFactory(slug="kitchen")


def begin(text, *, format=ImportFormat.CSV, **fields):  # noqa: A002 - the field's name
    return start_import(chunks=[text.encode()], format=format, now=NOON, **fields)


def finish(row, *, now=NOON):
    while row.ended_at is None:
        row = load_next_batch(import_id=row.id, now=now)
    return row


def load(text, *, now=NOON, **fields):
    return finish(begin(text, **fields), now=now)


def counts(row):
    return (row.rows_created, row.rows_changed, row.rows_unchanged, row.rows_refused)


def problems(row):
    return [(x.line, x.field, x.code) for x in problems_of(row.id).order_by("line", "id")]


def snapshot():
    """All that an import may touch, without ids and times of the machine."""
    return (
        sorted(Product.objects.values_list("slug", "title", "brand", "status", "version")),
        sorted(Variant.objects.values_list("product__slug", "sku", "weight_g", "position")),
        sorted(
            Price.objects.values_list(
                "variant__sku", "currency", "amount_minor", "valid_from", "valid_until"
            )
        ),
        sorted(ProductCategory.objects.values_list("product__slug", "category__slug")),
        sorted(OutboxMessage.objects.values_list("name", flat=True)),
    )


class TestLoading:
    def test_creates_prices_and_publishes(self):
        row = load(SHOP)

        assert (row.status, row.rows_read, counts(row)) == ("finished", 3, (3, 0, 0, 0))
        assert dict(Product.objects.values_list("slug", "status")) == {
            "mug": "published",
            "cup": "published",
            "pot": "draft",
        }
        assert dict(Price.objects.values_list("variant__sku", "amount_minor")) == {
            "MUG-R": 3_49,
            "MUG-B": 3_99,
            "CUP": 2_00,
        }

    def test_changes_nothing_the_second_time(self):
        load(SHOP)
        before, noted = snapshot(), ProductChange.objects.count()

        row = load(SHOP, now=LATER)

        assert counts(row) == (0, 0, 3, 0)
        assert (snapshot(), ProductChange.objects.count()) == (before, noted)

    def test_changes_only_what_the_file_says(self):
        load(SHOP)

        row = load("slug,brand,sku,weight_g\nmug,Acme,MUG-R,400\ncup,,CUP,0\n", now=LATER)

        mug = Product.objects.get(slug="mug")
        assert counts(row) == (0, 1, 1, 0)
        assert (mug.title, mug.brand) == ("Mug", "Acme")
        assert dict(mug.variants.values_list("sku", "weight_g")) == {"MUG-R": 400, "MUG-B": 0}

    def test_edits_prices_by_sku_alone(self):
        load(SHOP)

        row = load("sku,price:USD,compare_at:USD\nMUG-R,2.99,3.49\nMUG-B,3.99,\n", now=LATER)

        assert counts(row) == (0, 1, 1, 0)
        now = Price.objects.get(variant__sku="MUG-R", valid_until=None)
        assert (now.amount, now.compare_at_minor) == (Money(2_99, "USD"), 3_49)

    def test_states_attributes_as_their_kinds_want(self):
        product_type(
            "cup",
            attribute("volume_ml", "number"),
            attribute("dishwasher", "boolean"),
            attribute("note"),
        )

        row = load(
            "slug,title,product_type,attribute:volume_ml,attribute:dishwasher,attribute:note,sku\n"
            "mug,Mug,cup,350.5,yes,7,MUG\n"
            "cup,Cup,cup,large,,,CUP\n"
        )

        assert counts(row) == (1, 0, 0, 1)
        assert problems(row) == [(3, "attribute:volume_ml", "bad_value")]
        assert Product.objects.get(slug="mug").attributes == {
            "volume_ml": 350.5,
            "dishwasher": True,
            "note": "7",
        }

        row = load("sku,attribute:note\nMUG,\n", now=LATER)

        assert (counts(row), "note" in Product.objects.get(slug="mug").attributes) == (
            (0, 1, 0, 0),
            False,
        )

    def test_takes_the_same_from_json_lines(self):
        load(SHOP)
        lines = [
            {
                "slug": "mug",
                "title": "Mug",
                "categories": ["kitchen"],
                "published": True,
                "variants": [
                    {
                        "sku": "MUG-R",
                        "options": {"Color": "Red"},
                        "prices": [{"amount": 3_49, "currency": "USD"}],
                    }
                ],
            },
            {"slug": "pan", "title": "Pan", "variants": [{"sku": "PAN", "weight_g": 900}]},
        ]

        text = "".join(json.dumps(line) + "\n" for line in lines)
        row = load(text, format=ImportFormat.JSONL, now=LATER)

        assert counts(row) == (1, 0, 1, 0)

    def test_finds_a_product_that_stands_twice_in_a_file_as_the_first_left_it(self):
        row = load("slug,title,sku\nmug,Mug,MUG-R\ncup,Cup,CUP\nmug,Beaker,MUG-R\n")

        assert counts(row) == (2, 1, 0, 0)
        assert Product.objects.get(slug="mug").title == "Beaker"

    def test_rings_for_a_worker_at_once(self, rung, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            begin(SHOP)

        assert rung == ["catalog.run_imports"]

    def test_writes_any_number_of_new_products_with_as_many_statements(
        self, django_assert_num_queries
    ):
        few = "".join(f"few-{i},Few,,yes,FEW-{i},,1\n" for i in range(3))
        many = "".join(f"many-{i},Many,,yes,MANY-{i},,1\n" for i in range(60))
        first, second = begin(HEADER + few), begin(HEADER + many)

        with django_assert_num_queries(31):
            load_next_batch(import_id=first.id, now=NOON)
        with django_assert_num_queries(31):
            load_next_batch(import_id=second.id, now=NOON)


class TestBadRows:
    def test_are_told_each_with_its_line_and_field_and_the_rest_is_loaded(self):
        retired = on_sale("OLD", slug="old").product
        retire_product(product_id=retired.pk, now=NOON)
        on_sale("TEA", slug="tea")

        row = load(
            HEADER
            + "mug,Mug,kitchen,yes,MUG,,3.49\n"  # good
            + "short,Short\n"  # too few cells
            + "Bad Slug,Bad,,,BAD,,\n"
            + ",,,,NOWHERE,,1\n"  # no slug, and no such SKU
            + "untitled,,,,UNTITLED,,\n"
            + "lost,Lost,nowhere,,LOST,,\n"  # no such category
            + "thief,Thief,,,TEA,,\n"  # somebody else's SKU
            + "bare,Bare,,,,,\n"  # nothing to buy
            + "cheap,Cheap,,,CHEAP,,-1\n"
            + "fine,Fine,,,FINE,,1.001\n"
            + "old,Old,,,OLD,,\n"  # retired
            + "tea,Tea,,no,TEA,,\n"  # on sale, and not to be
            + "free,Free,,yes,FREE,,\n"  # nobody could buy it
            + "cup,Cup,kitchen,yes,CUP,,2\n"  # good
        )

        assert problems(row) == [
            (3, "", "wrong_number_of_cells"),
            (4, "slug", "invalid_field"),
            (5, "", "unknown_variant"),
            (6, "title", "invalid_field"),
            (7, "", "unknown_category"),
            (8, "", "sku_taken"),
            (9, "variants", "invalid_field"),
            (10, "price:USD", "bad_value"),
            (11, "price:USD", "bad_value"),
            (12, "", "product_retired"),
            (13, "published", "cannot_be_unpublished"),
            (14, "published", "nothing_to_sell"),
        ]
        assert (row.status, counts(row)) == ("finished", (3, 0, 0, 11))
        assert set(Product.objects.filter(created_at=NOON).values_list("slug", flat=True)) == {
            "mug",
            "cup",
            "free",
        }

    def test_refuse_a_price_and_its_product_with_it(self):
        on_sale("TEA", slug="tea", title="Tea")

        row = load(
            "slug,title,sku,weight_g,price:USD,compare_at:USD,price:USD:nowhere\n"
            "mug,Mug,MUG-R,0,3,4,\n"
            "mug,,MUG-B,-1,3,2,\n"
            "tea,Cold tea,TEA,0,3,,2\n"
        )

        assert problems(row) == [
            (3, "price:USD", "invalid_field"),
            (3, "weight_g", "invalid_field"),
            (4, "price:USD:nowhere", "unknown_price_list"),
        ]
        assert counts(row) == (0, 0, 0, 2)
        assert [x.title for x in Product.objects.all()] == ["Tea"]

    def test_refuse_a_variant_and_its_product_with_it(self):
        row = load("slug,title,sku,gtin\nmug,Mug,MUG-R,4006381333931\nmug,,MUG-B,4006381333932\n")

        assert problems(row) == [(3, "gtin", "invalid_field")]
        assert not Product.objects.exists()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("slug,colour\n", "colour"),
            ("\n", "first line"),
            ('"slug"x,sku\n', "first line"),
        ],
    )
    def test_fail_the_file_when_its_first_line_cannot_be_understood(self, text, why):
        row = load(text)

        assert row.status == "failed"
        assert why in row.failure

    def test_are_counted_beyond_those_that_are_kept(self, monkeypatch):
        monkeypatch.setattr(module, "PROBLEMS_KEPT", 2)

        row = load("sku,weight_g\n" + "X,heavy\n" * 5)

        assert (row.problems, problems_of(row.id).count()) == (5, 2)


class Killed(BaseException):
    """What no code expects: the process ends here."""


class TestInterrupted:
    @pytest.mark.parametrize("at", ["put_products", "put_prices", "put_on_sale"])
    @pytest.mark.parametrize("call", [1, 2, 3])
    def test_goes_on_and_equals_one_run(self, monkeypatch, at, call):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)
        text = HEADER + "".join(f"mug-{i},Mug,kitchen,yes,M{i},,{i}.50\n" for i in range(1, 8))
        text += "broken\n"
        row = begin(text)
        real, calls = getattr(steps, at), []

        def dies(*args, **kwargs):
            answer = real(*args, **kwargs)
            calls.append(at)
            if len(calls) == call:
                raise Killed
            return answer

        monkeypatch.setattr(steps, at, dies)
        with pytest.raises(Killed):
            finish(row)
        half = import_of(row.id)
        assert half.rows_read == 2 * (call - 1)
        assert Product.objects.count() == half.rows_created

        ended = finish(half, now=LATER)

        assert (ended.rows_read, counts(ended)) == (8, (7, 0, 0, 1))
        assert problems(ended) == [(9, "", "wrong_number_of_cells")]
        assert Product.objects.filter(status="published").count() == 7
        assert Price.objects.count() == 7

    def test_is_loaded_a_batch_at_a_time(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)

        row = load_next_batch(import_id=begin(SHOP).id, now=NOON)

        assert (row.status, row.rows_read) == ("running", 2)
        assert 0 < row.progress < 1

    def test_loads_no_further_batch_once_it_is_canceled(self, monkeypatch):
        monkeypatch.setattr(module, "BATCH_SIZE", 2)
        row = load_next_batch(import_id=begin(SHOP).id, now=NOON)

        cancel_import(import_id=row.id, now=NOON)
        again = load_next_batch(import_id=row.id, now=LATER)

        assert (again.status, again.rows_read) == ("canceled", 2)
        assert cancel_import(import_id=row.id, now=LATER).ended_at == NOON

    def test_cannot_be_canceled_when_it_is_over(self):
        row = load(SHOP)

        with pytest.raises(ImportEnded):
            cancel_import(import_id=row.id, now=LATER)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_load_the_same_batch(monkeypatch):
    CategoryFactory(slug="kitchen-2")
    row = begin(SHOP)
    seen = []
    real = module.apply_batch

    def meanwhile(batch, **kwargs):
        other = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM catalog_import WHERE id = %s FOR UPDATE SKIP LOCKED", [row.id]
                )
                seen.append(cursor.fetchall())
        finally:
            other.close()
        return real(batch, **kwargs)

    monkeypatch.setattr(module, "apply_batch", meanwhile)
    ended = load_next_batch(import_id=row.id, now=NOON)

    assert seen == [[]]
    assert ended.rows_read == 3


class TestDryRun:
    def test_tells_what_would_be_and_leaves_nothing(self):
        load(SHOP)
        before = snapshot()

        row = load(
            HEADER + "mug,Beaker,kitchen,,MUG-R,Red,9\nnew,New,,yes,NEW,,1\nbad\n",
            is_dry_run=True,
            now=LATER,
        )

        assert counts(row) == (1, 1, 0, 1)
        assert problems(row) == [(4, "", "wrong_number_of_cells")]
        assert snapshot() == before


class TestTheFile:
    def test_is_kept_in_pieces_that_give_it_back(self, monkeypatch):
        monkeypatch.setattr(start_module, "PART_BYTES", 10)

        row = start_import(
            chunks=[SHOP.encode()[:7], SHOP.encode()[7:]], format=ImportFormat.CSV, now=NOON
        )

        assert row.size == len(SHOP)
        assert ImportPart.objects.filter(batch=row).count() == -(-len(SHOP) // 10)
        assert counts(load_next_batch(import_id=row.id, now=NOON)) == (3, 0, 0, 0)

    def test_must_hold_something(self):
        with pytest.raises(FileEmpty):
            begin("")

        assert not Import.objects.exists()

    def test_is_refused_when_it_is_too_large_and_leaves_nothing(self, monkeypatch):
        monkeypatch.setattr(start_module, "FILE_BYTES_MAX", 10)

        with pytest.raises(start_module.FileTooLarge):
            begin(SHOP)

        assert not Import.objects.exists()
