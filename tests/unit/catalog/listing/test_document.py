"""The document of a product, made of its facts."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from commerce.catalog.interface.dto import Availability
from commerce.catalog.listing.document import (
    assumed_availability,
    best,
    document_of,
    summary_of,
)
from commerce.catalog.listing.market_facts import ListingMarket, market_of_currency
from commerce.catalog.listing.product_facts import (
    CategoryFacts,
    ProductFacts,
    PublicationFacts,
    VariantFacts,
)

USD = market_of_currency("USD")
NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
RED = VariantFacts(
    id=UUID(int=2),
    sku="MUG-RED",
    gtin=None,
    options={"Color": "Red"},
    weight_g=300,
    requires_shipping=True,
    availability=Availability.OUT_OF_STOCK,
    amounts_minor={"usd": 12_50, "eur": 11_00},
)
BLUE = replace(
    RED,
    id=UUID(int=3),
    sku="MUG-BLUE",
    options={"Color": "Blue"},
    availability=Availability.LOW_STOCK,
    amounts_minor={"usd": 14_00},
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


class TestDocument:
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


class TestFacts:
    def test_name_the_markets_in_which_something_can_be_bought(self):
        eu = ListingMarket(code="eu", currency="EUR", locale="de-DE")
        listed = replace(
            MUG, variants=[replace(RED, amounts_minor={"eu": 11_00, "usd": 12_50})]
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

    def test_is_assumed_only_for_what_no_warehouse_holds(self):
        assert assumed_availability(requires_shipping=True) == "out_of_stock"
        assert assumed_availability(requires_shipping=False) == "in_stock"
