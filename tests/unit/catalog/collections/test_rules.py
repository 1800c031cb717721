"""Rules of collections: what they find, and what is none."""

import datetime as dt

import pytest

from commerce.catalog.collections.rules import (
    RULES_MAX,
    Candidate,
    attributes_in,
    names_in,
    read_rules,
)
from commerce.catalog.products.drafts import InvalidField

MARCH = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
MUG = Candidate(
    brand="Nordic",
    categories=["kitchen", "cups"],
    product_type="mug",
    availability="low_stock",
    prices_minor={"USD": 12_50},
    published_at=MARCH,
    attributes={
        "color": ["red", "blue"],
        "height_cm": [9.5],
        "dishwasher": [True],
        "made_on": ["2026-05-01"],
        "pieces": [1],
    },
)

FITS = [
    {"field": "brand", "in": ["Acme", "Nordic"]},
    {"field": "category", "in": ["cups"]},
    {"field": "category", "in": ["kitchen"]},
    {"field": "product_type", "in": ["mug"]},
    {"field": "availability", "in": ["in_stock", "low_stock"]},
    {"field": "price", "currency": "USD", "gte": 12_50},
    {"field": "price", "currency": "USD", "lte": 12_50},
    {"field": "price", "currency": "USD", "gte": 10_00, "lte": 20_00},
    {"field": "published_at", "gte": "2027-03-01T00:00:00Z"},
    {"field": "published_at", "lte": "2027-03-01T01:00:00+01:00"},
    {"field": "attributes.color", "in": ["blue"]},
    {"field": "attributes.dishwasher", "in": [True]},
    {"field": "attributes.pieces", "in": [1]},
    {"field": "attributes.height_cm", "gte": 9, "lte": 10},
    {"field": "attributes.made_on", "gte": "2026-01-01", "lte": "2026-12-31"},
]
DOES_NOT_FIT = [
    {"field": "brand", "in": ["nordic"]},
    {"field": "category", "in": ["cup"]},
    {"field": "product_type", "in": ["bowl"]},
    {"field": "availability", "in": ["in_stock"]},
    {"field": "price", "currency": "USD", "gte": 12_51},
    {"field": "price", "currency": "USD", "lte": 12_49},
    {"field": "price", "currency": "EUR", "gte": 0},
    {"field": "published_at", "gte": "2027-03-01T00:00:01Z"},
    {"field": "published_at", "lte": "2027-02-28T23:59:59Z"},
    {"field": "attributes.color", "in": ["green"]},
    {"field": "attributes.size", "in": ["L"]},
    {"field": "attributes.dishwasher", "in": [1]},
    {"field": "attributes.pieces", "in": [True]},
    {"field": "attributes.dishwasher", "gte": 0, "lte": 2},
    {"field": "attributes.height_cm", "gte": "9", "lte": "9z"},
    {"field": "attributes.made_on", "gte": 0},
    {"field": "attributes.height_cm", "gte": 9.6},
]
BROKEN = [
    "brand",
    {},
    {"field": 1},
    {"field": "title", "in": ["x"]},
    {"field": "attributes.", "in": ["x"]},
    {"field": "attributes.a b", "in": ["x"]},
    {"field": "brand"},
    {"field": "brand", "in": "Nordic"},
    {"field": "brand", "in": []},
    {"field": "brand", "in": ["x"] * 101},
    {"field": "brand", "in": [""]},
    {"field": "brand", "in": ["a\x00"]},
    {"field": "brand", "in": [["x"]]},
    {"field": "brand", "in": [None]},
    {"field": "brand", "in": [1e300]},
    {"field": "brand", "gte": "a"},
    {"field": "brand", "in": ["x"], "gte": 1},
    {"field": "brand", "in": ["x"], "surprise": 1},
    {"field": "brand", "in": ["x"], "currency": "USD"},
    {"field": "availability", "in": ["here"]},
    {"field": "price", "gte": 1},
    {"field": "price", "currency": "ABC", "gte": 1},
    {"field": "price", "currency": ["USD"], "gte": 1},
    {"field": "price", "currency": "USD"},
    {"field": "price", "currency": "USD", "gte": 1.5},
    {"field": "price", "currency": "USD", "gte": -1},
    {"field": "price", "currency": "USD", "gte": True},
    {"field": "price", "currency": "USD", "in": [1]},
    {"field": "published_at", "gte": "2027-03-01"},
    {"field": "published_at", "gte": 5},
    {"field": "attributes.size", "gte": True},
    {"field": "attributes.size", "gte": 1, "lte": "2"},
    {"field": "attributes.size"},
]


def fits(*rules, matching="all"):
    return read_rules(rules, matching=matching).fits(MUG)


class TestRules:
    @pytest.mark.parametrize("rule", FITS, ids=str)
    def test_find_what_keeps_them(self, rule):
        assert fits(rule)

    @pytest.mark.parametrize("rule", DOES_NOT_FIT, ids=str)
    def test_leave_what_does_not(self, rule):
        assert not fits(rule)

    def test_are_kept_all_together_or_any_of_them(self):
        yes, no = FITS[0], DOES_NOT_FIT[0]

        assert fits(yes, yes)
        assert not fits(yes, no)
        assert fits(yes, no, matching="any")
        assert not fits(no, no, matching="any")

    def test_find_nothing_where_there_are_none(self):
        assert not fits()
        assert not fits(matching="any")

    def test_know_nothing_of_what_is_not_on_sale_yet(self):
        rule = {"field": "published_at", "lte": "2030-01-01T00:00:00Z"}

        assert not read_rules([rule], matching="all").fits(Candidate())

    @pytest.mark.parametrize("rule", BROKEN, ids=str)
    def test_are_refused_when_they_are_none(self, rule):
        with pytest.raises(InvalidField):
            read_rules([rule], matching="all")

    def test_are_refused_beyond_a_number(self):
        with pytest.raises(InvalidField):
            read_rules([FITS[0]] * (RULES_MAX + 1), matching="all")

    def test_say_what_they_name(self):
        assert names_in(FITS, field="category") == {"cups", "kitchen"}
        assert attributes_in(FITS) == {"color", "dishwasher", "pieces", "height_cm", "made_on"}
