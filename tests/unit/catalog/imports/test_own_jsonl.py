"""Our own JSON Lines: strict to the last key."""

from __future__ import annotations

import json

import pytest

from commerce.catalog.imports.own_jsonl import jsonl_products
from commerce.catalog.imports.records import json_records
from commerce.shared.money import Money


def read(*values):
    lines = "".join(json.dumps(value) + "\n" for value in values)
    return list(jsonl_products(json_records([lines.encode()])))


MUG = {
    "slug": "mug",
    "title": "Mug",
    "categories": ["kitchen"],
    "published": True,
    "variants": [
        {
            "sku": "MUG-R",
            "options": {"Color": "Red"},
            "weight_g": 400,
            "prices": [{"amount": 3_49, "currency": "USD", "compare_at": 4_00}],
        }
    ],
}


class TestReading:
    def test_reads_a_product_with_variants_and_prices(self):
        [mug] = read(MUG)

        assert (mug.slug, mug.is_published, mug.problems) == ("mug", True, [])
        assert mug.fields == {"title": "Mug", "categories": ["kitchen"]}
        [red] = mug.variants
        assert red.fields == {"options": {"Color": "Red"}, "weight_g": 400}
        assert (red.prices[0].price, red.prices[0].compare_at) == (
            Money(3_49, "USD"),
            Money(4_00, "USD"),
        )


class TestProblems:
    @pytest.mark.parametrize(
        ("change", "field", "code"),
        [
            ({"titel": "Mug"}, "titel", "unknown_field"),
            ({"title": 7}, "title", "bad_value"),
            ({"categories": "kitchen"}, "categories", "bad_value"),
            ({"published": "yes"}, "published", "bad_value"),
            ({"variants": {}}, "variants", "bad_value"),
            ({"variants": [7]}, "variants/0", "bad_value"),
            ({"variants": [{}]}, "variants/0/sku", "required"),
            ({"variants": [{"sku": "A", "weight_g": True}]}, "variants/0/weight_g", "bad_value"),
            ({"variants": [{"sku": "A", "options": {"a": 1}}]}, "variants/0/options", "bad_value"),
            (
                {"variants": [{"sku": "A", "prices": [{"amount": 1.5, "currency": "USD"}]}]},
                "variants/0/prices/0/amount",
                "bad_value",
            ),
            (
                {"variants": [{"sku": "A", "prices": [{"amount": 1, "currency": "XXX"}]}]},
                "variants/0/prices/0/currency",
                "bad_value",
            ),
            (
                {"variants": [{"sku": "A", "prices": [{"amount": 1, "currency": ["USD"]}]}]},
                "variants/0/prices/0/currency",
                "bad_value",
            ),
        ],
    )
    def test_names_the_key_and_why(self, change, field, code):
        [said] = read(MUG | change)

        assert [(x.line, x.field, x.code) for x in said.problems] == [(1, field, code)]

    def test_refuses_what_is_no_object_and_goes_on(self):
        bad, good = read([1], MUG)

        assert [x.code for x in bad.problems] == ["bad_value"]
        assert good.problems == []
