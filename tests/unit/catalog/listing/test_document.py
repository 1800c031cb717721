"""The document of a product, made of its facts."""

import datetime as dt
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

import pytest

from commerce.catalog.interface.dto import Availability, Grant
from commerce.catalog.listing.document import (
    assumed_availability,
    best,
    document_of,
    summary_of,
    worst,
)
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.product_facts import (
    AttributeFacts,
    CategoryFacts,
    ComponentFacts,
    ProductFacts,
    PublicationFacts,
    VariantFacts,
)
from commerce.catalog.pricing.market_prices import MarketPrice, Tier

USD = market_of_currency("USD")


def costing(**amounts_minor):
    """By market: `costing(usd=12_50)`."""
    return {
        market: MarketPrice(
            amount_minor=amount_minor,
            compare_at_minor=None,
            lowest_30_days_minor=None,
            min_quantity=1,
            tiers=(),
            price_list=None,
        )
        for market, amount_minor in amounts_minor.items()
    }


NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
RED = VariantFacts(
    id=UUID(int=2),
    sku="MUG-RED",
    gtin=None,
    options={"Color": "Red"},
    weight_g=300,
    requires_shipping=True,
    availability=Availability.OUT_OF_STOCK,
    prices=costing(usd=12_50, eur=11_00),
)
BLUE = replace(
    RED,
    id=UUID(int=3),
    sku="MUG-BLUE",
    options={"Color": "Blue"},
    availability=Availability.LOW_STOCK,
    prices=costing(usd=14_00),
)
MUG = ProductFacts(
    id=UUID(int=1),
    slug="mug",
    title="Mug",
    description="Holds tea.",
    brand="Ours",
    status="published",
    version=4,
    published_at=NOON,
    categories=[CategoryFacts(slug="cups", name="Cups", path="kitchen/cups")],
    variants=[RED, BLUE],
)


def speaking(locale):
    return ListingMarket(code="usd", currency="USD", locale=locale)


class TestDocument:
    def test_announces_a_reduction_with_what_it_was_and_the_lowest_of_30_days(self):
        reduced = {
            "usd": replace(
                RED.prices["usd"],
                compare_at_minor=20_00,
                lowest_30_days_minor=15_00,
                tiers=[Tier(min_quantity=10, amount_minor=11_00)],
            )
        }

        document = document_of(replace(MUG, variants=[replace(RED, prices=reduced)]), market=USD)

        for shown in (document, document["variants"][0]):
            assert shown["compare_at"] == {"amount": 20_00, "currency": "USD"}
            assert shown["lowest_30_days"] == {"amount": 15_00, "currency": "USD"}
        assert document["variants"][0]["tiers"] == [
            {"min_quantity": 10, "price": {"amount": 11_00, "currency": "USD"}}
        ]

    def test_shows_the_lowest_price_and_the_best_availability(self):
        document = document_of(MUG, market=market_of_currency("USD"))

        assert document["price"] == {"amount": 12_50, "currency": "USD"}
        assert document["availability"] == "low_stock"

    def test_shows_each_variant_in_its_place(self):
        document = document_of(MUG, market=market_of_currency("USD"))

        assert document["skus"] == ["MUG-RED", "MUG-BLUE"]
        assert [x["price"]["amount"] for x in document["variants"]] == [12_50, 14_00]
        assert document["variants"][1]["options"] == {"Color": "Blue"}

    def test_shows_no_price_where_there_is_none_in_the_currency(self):
        document = document_of(MUG, market=market_of_currency("EUR"))

        assert document["price"] == {"amount": 11_00, "currency": "EUR"}
        assert [x["price"] for x in document["variants"]] == [
            {"amount": 11_00, "currency": "EUR"},
            None,
        ]
        assert document_of(MUG, market=market_of_currency("JPY"))["price"] is None

    def test_is_complete_as_a_summary_without_the_long_parts(self):
        document = document_of(MUG, market=market_of_currency("USD"))

        summary = summary_of(document)

        assert summary.items() <= document.items()
        assert document.keys() - summary.keys() == {
            *("description", "status", "product_type", "attributes", "options", "variants", "media")
        }


class TestWords:
    COLOR = AttributeFacts(
        code="glaze",
        kind="choice",
        name="Glaze",
        value="matt",
        label="Matt",
        translations={"de": {"name": "Glasur"}},
        label_translations={"de": {"label": "Matte"}, "de-AT": {"label": "Stumpf"}},
    )
    HEIGHT = AttributeFacts(code="height", kind="number", name="Height", value=9.5, unit="cm")
    TEXTS: ClassVar = {
        "de": {"title": "Becher", "options": {"Color": "Farbe", "Red": "Rot"}},
        "de-AT": {"description": "Für Tee."},
    }

    def test_say_what_is_stated_with_label_and_unit(self):
        mug = replace(MUG, attributes=[self.COLOR, self.HEIGHT])

        assert document_of(mug, market=USD)["attributes"] == [
            {
                "code": "glaze",
                "name": "Glaze",
                "kind": "choice",
                "value": "matt",
                "label": "Matt",
                "unit": None,
            },
            {
                "code": "height",
                "name": "Height",
                "kind": "number",
                "value": 9.5,
                "label": None,
                "unit": "cm",
            },
        ]

    def test_say_what_each_variant_states(self):
        mug = replace(MUG, variants=[replace(RED, attributes=[self.HEIGHT]), BLUE])

        red, blue = document_of(mug, market=USD)["variants"]
        assert [x["value"] for x in red["attributes"]] == [9.5]
        assert blue["attributes"] == []

    def test_are_in_the_nearest_language(self):
        mug = replace(MUG, attributes=[self.COLOR], translations=self.TEXTS)

        document = document_of(mug, market=speaking("de-AT"))

        assert (document["title"], document["description"]) == ("Becher", "Für Tee.")
        [glaze] = document["attributes"]
        assert (glaze["name"], glaze["value"], glaze["label"]) == ("Glasur", "matt", "Stumpf")
        assert document["options"] == [{"name": "Farbe", "values": ["Rot", "Blue"]}]
        assert document["variants"][0]["options"] == {"Farbe": "Rot"}

    def test_of_categories_are_translated_too(self):
        cups = replace(MUG.categories[0], translations={"de": {"name": "Tassen"}})

        document = document_of(replace(MUG, categories=[cups]), market=speaking("de"))

        assert document["categories"] == [{"slug": "cups", "name": "Tassen"}]


class TestOptions:
    def test_are_as_the_product_says(self):
        mug = replace(MUG, options={"Color": ["Blue", "Red", "Green"]})

        assert document_of(mug, market=USD)["options"] == [
            {"name": "Color", "values": ["Blue", "Red", "Green"]}
        ]

    def test_are_else_as_its_variants_differ(self):
        assert document_of(MUG, market=USD)["options"] == [
            {"name": "Color", "values": ["Red", "Blue"]}
        ]


class TestVariants:
    def test_say_how_large_they_are_if_somebody_has_measured(self):
        measured = replace(RED, length_mm=120, width_mm=90, height_mm=100)

        red, blue = document_of(replace(MUG, variants=[measured, BLUE]), market=USD)["variants"]
        assert red["dimensions"] == {"length_mm": 120, "width_mm": 90, "height_mm": 100}
        assert blue["dimensions"] is None

    def test_say_what_is_in_a_bundle(self):
        six = ComponentFacts(
            sku="MUG-RED",
            title="Mug",
            options={"Color": "Red"},
            quantity=6,
            translations=TestWords.TEXTS,
        )
        pack = replace(MUG, variants=[replace(RED, components=[six])])

        def contents(locale):
            [variant] = document_of(pack, market=speaking(locale))["variants"]
            return variant["components"]

        assert contents("") == [{"sku": "MUG-RED", "title": "Mug – Red", "quantity": 6}]
        assert contents("de") == [{"sku": "MUG-RED", "title": "Becher – Rot", "quantity": 6}]

    def test_say_what_their_buyer_is_given(self):
        course = replace(RED, grants=[Grant(feature="course", days=30)], made_to_order_days=3)

        [variant] = document_of(replace(MUG, variants=[course]), market=USD)["variants"]
        assert variant["grants"] == [{"feature": "course", "days": 30}]
        assert (variant["made_to_order_days"], variant["is_gift_card"]) == (3, False)


class TestMarkets:
    def test_sell_everything_where_nothing_else_is_said(self):
        assert MUG.is_for_sale_in("us", at=NOON)

    @pytest.mark.parametrize(
        ("since", "until", "is_open"),
        [
            (None, None, True),
            (NOON, None, True),
            (NOON + SECOND, None, False),
            (None, NOON, False),
            (None, NOON + SECOND, True),
        ],
    )
    def test_sell_while_the_window_is_open(self, since, until, is_open):
        window = PublicationFacts(market_code="us", published_from=since, published_until=until)
        mug = replace(MUG, publications=[window])

        assert mug.is_for_sale_in("us", at=NOON) is is_open
        assert not mug.is_for_sale_in("eu", at=NOON)


class TestFacts:
    def test_name_the_markets_in_which_something_can_be_bought(self):
        eu = ListingMarket(code="eu", currency="EUR", locale="de-DE")
        listed = replace(
            MUG, variants=[replace(RED, prices=costing(eu=11_00, usd=12_50))]
        ).listed_in([eu, USD, market_of_currency("JPY")], at=NOON)

        assert [x.code for x in listed] == ["eu", "usd"]
        assert replace(MUG, variants=[]).listed_in([eu], at=NOON) == []

    def test_name_only_markets_whose_window_is_open(self):
        until_noon = PublicationFacts(market_code="usd", published_until=NOON)
        mug = replace(MUG, publications=[until_noon])

        assert mug.listed_in([USD], at=NOON) == []
        before = mug.listed_in([USD], at=NOON - dt.timedelta(seconds=1))
        assert [x.code for x in before] == ["usd"]

    def test_place_a_product_in_every_category_above_its_own(self):
        assert MUG.shelves() == ["cups", "kitchen"]


class TestAvailability:
    @pytest.mark.parametrize(
        ("of_variants", "of_product"),
        [
            ([], "out_of_stock"),
            (["out_of_stock", "backorder"], "backorder"),
            (["preorder", "backorder"], "preorder"),
            (["out_of_stock", "in_stock", "low_stock"], "in_stock"),
        ],
    )
    def test_of_a_product_is_that_of_its_best_variant(self, of_variants, of_product):
        assert best(Availability(x) for x in of_variants) == of_product

    def test_of_a_bundle_is_that_of_the_worst_in_it(self):
        states = [Availability.IN_STOCK, Availability.BACKORDER]

        assert worst(states) == "backorder"
        assert worst([]) == "out_of_stock"

    def test_is_assumed_only_for_what_no_warehouse_holds(self):
        assert assumed_availability(requires_shipping=True) == "out_of_stock"
        assert assumed_availability(requires_shipping=False) == "in_stock"
