"""Our own CSV: what it says of products, and what is wrong with it, line by line."""

from __future__ import annotations

from itertools import islice

import pytest

from commerce.catalog.imports import lines
from commerce.catalog.imports.lines import UnknownColumns
from commerce.catalog.imports.own_csv import csv_products, layout_of
from commerce.catalog.imports.records import csv_records
from commerce.shared.money import Money
from data.prepare import write_import


def read(text):
    header, *records = csv_records([text.encode()])
    return list(csv_products(records, layout_of(header.value)))


def problems(text):
    return [
        (problem.line, problem.field, problem.code)
        for said in read(text)
        for problem in said.problems
    ]


class TestReading:
    def test_gathers_the_lines_of_a_product_under_its_slug(self):
        mug, cup = read(
            "slug,title,sku,option:Color\nmug,Mug,MUG-R,Red\n,,,\ncup,Cup,CUP,\n".replace(
                ",,,\n", "mug,,MUG-B,Blue\n"
            )
        )

        assert (mug.slug, mug.fields, cup.slug) == ("mug", {"title": "Mug"}, "cup")
        assert [(x.sku, x.line, x.fields) for x in mug.variants] == [
            ("MUG-R", 2, {"options": {"Color": "Red"}}),
            ("MUG-B", 3, {"options": {"Color": "Blue"}}),
        ]

    def test_says_nothing_of_fields_that_the_file_does_not_have(self):
        [said] = read("sku,weight_g\nMUG,400\n")

        assert (said.slug, said.fields, said.is_published) == (None, {}, None)
        assert said.variants[0].fields == {"weight_g": 400}

    def test_takes_an_empty_cell_for_the_value_that_stands_for_nothing(self):
        [said] = read(
            "slug,brand,categories,sku,gtin,weight_g,tax_category,requires_shipping\n"
            "mug,,,MUG,,,,\n"
        )

        assert said.fields == {"brand": "", "categories": []}
        assert said.variants[0].fields == {
            "gtin": None,
            "weight_g": 0,
            "tax_category": "general",
            "requires_shipping": True,
        }

    def test_reads_prices_as_people_write_them(self):
        [said] = read(
            "sku,price:USD,compare_at:USD,price:JPY,price:USD:wholesale\nMUG,3.49,4,500,2.5\n"
        )

        assert [(x.price, x.compare_at, x.price_list) for x in said.variants[0].prices] == [
            (Money(3_49, "USD"), Money(4_00, "USD"), None),
            (Money(500, "JPY"), None, None),
            (Money(2_50, "USD"), None, "wholesale"),
        ]

    def test_ends_each_product_where_the_next_begins(self):
        text = "slug,title,sku\nmug,Mug,M1\nmug,,M2\ncup,Cup,C\n"

        mug, cup = read(text)

        assert text.encode()[mug.ends_at :] == b"cup,Cup,C\n"
        assert (mug.next_line, cup.next_line) == (4, 5)


class TestProblems:
    @pytest.mark.parametrize(
        ("columns", "cells", "field"),
        [
            ("sku,weight_g", "MUG,heavy", "weight_g"),
            ("sku,requires_shipping", "MUG,perhaps", "requires_shipping"),
            ("sku,price:USD", "MUG,3.495", "price:USD"),
            ("sku,price:USD", 'MUG,"1,000.00"', "price:USD"),
            ("sku,price:USD", "MUG,-1", "price:USD"),
            ("sku,price:USD,compare_at:USD", "MUG,1,cheap", "compare_at:USD"),
        ],
    )
    def test_names_the_field_that_cannot_be_read(self, columns, cells, field):
        assert problems(f"{columns}\n{cells}\n") == [(2, field, "bad_value")]

    def test_refuses_a_line_with_too_few_cells_and_goes_on(self):
        bad, good = read("slug,title,sku\nmug,Mug\ncup,Cup,CUP\n")

        assert [x.code for x in bad.problems] == ["wrong_number_of_cells"]
        assert (good.slug, good.problems) == ("cup", [])

    def test_refuses_a_product_one_of_whose_lines_cannot_be_read(self):
        [mug] = read("slug,title,sku\nmug,Mug,M1\nmug,oops\nmug,,M3\n")

        assert [(x.line, x.code) for x in mug.problems] == [(3, "wrong_number_of_cells")]

    def test_does_not_blame_a_product_for_a_line_behind_it(self):
        mug, bad, cup = read("slug,title,sku\nmug,Mug,M1\noops\ncup,Cup,C\n")

        assert (mug.problems, cup.problems) == ([], [])
        assert [x.line for x in bad.problems] == [3]

    def test_does_not_gather_bad_lines_without_end(self):
        whole = [b"slug,title,sku\nmug,Mug,M1\n", *[b"oops\n"] * (lines.VARIANTS_MAX + 1), b"x\n"]
        left = iter(whole)
        records = csv_records(left)
        layout = layout_of(next(records).value)

        said = list(islice(csv_products(records, layout), 2))

        assert [(x.slug, len(x.problems)) for x in said] == [("mug", 0), (None, 1)]
        assert list(left) == [b"x\n"]

    def test_refuses_lines_of_one_product_that_contradict_each_other(self):
        assert problems("slug,title,sku\nmug,Mug,M1\nmug,Cup,M2\n") == [
            (3, "title", "contradiction")
        ]

    def test_refuses_a_price_of_nothing(self):
        assert problems("slug,title,sku,price:USD\nmug,Mug,,3.49\n") == [(2, "sku", "required")]

    @pytest.mark.parametrize(
        "header", ["slug,colour", "slug,slug", "title,brand", "sku,price:XXX", "sku,compare_at:USD"]
    )
    def test_refuses_a_file_whose_first_line_it_does_not_understand(self, header):
        with pytest.raises(UnknownColumns):
            layout_of(header.split(","))


class TestTheRetailersProducts:
    def test_are_read_without_a_problem(self, tmp_path):
        write_import(tmp_path / "all.csv")
        header, *records = csv_records([(tmp_path / "all.csv").read_bytes()])

        products = list(csv_products(records, layout_of(header.value)))

        assert len(products) == 92_331
        assert not any(product.problems for product in products)
        assert sum(1 for product in products if product.is_published) == 68_165
