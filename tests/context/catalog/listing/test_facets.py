"""Counting what there is to choose from, and choosing: one statement, whatever is asked."""

import datetime as dt

import orjson
import pytest

from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked, Range, Sort
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.listing.queries import find_page, unknown_names
from commerce.catalog.listing.rebuild_outdated_listing import rebuild_outdated_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Attribute, AttributeChoice, ProductType, TypeAttribute
from tests.factories.catalog import CategoryFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def query(**asked):
    return ListingQuery(
        **{"market": MarketAsked(currency="USD"), "sort": Sort.TITLE, "limit": 20} | asked
    )


def skus(**asked):
    return [orjson.loads(x)["skus"][0] for x in find_page(query(**asked)).documents]


def counts(facet, **asked):
    [counted] = find_page(query(facets=[facet], **asked)).facets
    return {x.value: x.count for x in counted.values}


@pytest.fixture(autouse=True)
def shirts():
    """Three shirts and a mug; a shirt has a color that can be chosen and a size in numbers."""
    shirt = ProductType.objects.create(code="shirt", name="Shirt", created_at=NOON)
    kinds = (("color", "choice"), ("size", "number"), ("since", "date"), ("secret", "text"))
    for position, (code, kind) in enumerate(kinds):
        attribute = Attribute.objects.create(
            code=code, name=code, kind=kind, is_filterable=code != "secret", created_at=NOON
        )
        TypeAttribute.objects.create(
            product_type=shirt, attribute=attribute, scope="product", position=position
        )
        if kind == "choice":
            for n, color in enumerate(("red", "blue")):
                AttributeChoice.objects.create(
                    attribute=attribute, code=color, label=color.title(), position=n
                )
    clothes = CategoryFactory(slug="clothes", name="Clothes")
    for sku, color, size, brand, price in (
        ("S1", "red", 38, "Acme", 10_00),
        ("S2", "red", 40.5, "Nordic", 20_00),
        ("S3", "blue", 42, "Acme", 30_00),
    ):
        on_sale(
            sku,
            title=f"Shirt {sku}",
            brand=brand,
            price=price,
            product_type=shirt,
            categories=[clothes],
            attributes={"color": color, "size": size, "since": "2027-01-31", "secret": "x"},
        )
    on_sale("MUG", title="Mug", brand="Acme", price=5_00)
    VariantAvailability.objects.create(sku="S1", availability="in_stock", as_of=NOON)
    rebuild_outdated_listing(now=NOON)
    refresh_listing(now=NOON)


class TestChoosing:
    def test_takes_any_of_the_values_of_a_facet_and_all_of_the_facets(self):
        red = {"attributes.color": ["red"]}

        assert skus(values=red) == ["S1", "S2"]
        assert skus(values={"attributes.color": ["red", "blue"]}) == ["S1", "S2", "S3"]
        assert skus(values=red | {"brand": ["Acme"]}) == ["S1"]
        assert skus(values={"attributes.color": ["green"]}) == []

    def test_takes_numbers_and_days_from_and_to(self):
        def sized(least=None, most=None):
            return skus(ranges={"attributes.size": Range(least=least, most=most)})

        assert sized(least=40) == ["S2", "S3"]
        assert sized(most=40.5) == ["S1", "S2"]
        assert sized(least=39, most=41) == ["S2"]
        since = dt.date(2027, 1, 31).toordinal()
        assert len(skus(ranges={"attributes.since": Range(least=since, most=since)})) == 3
        assert skus(ranges={"attributes.since": Range(least=since + 1)}) == []

    def test_goes_together_with_words_categories_and_pages(self):
        assert skus(text="shirt", values={"brand": ["Acme"]}, sort=Sort.PRICE) == ["S1", "S3"]
        assert skus(category="clothes", values={"brand": ["Acme"]}) == ["S1", "S3"]
        assert skus(text="shirt", category="clothes", values={"brand": ["Nordic"]}) == ["S2"]

    def test_knows_nothing_of_what_cannot_be_chosen(self):
        assert skus(values={"attributes.secret": ["x"]}) == []
        assert unknown_names(query(values={"attributes.secret": ["x"]})) == ["attributes.secret"]
        assert unknown_names(query(values={"attributes.color": ["x"]})) == []


class TestCounts:
    def test_say_how_many_each_value_would_show(self):
        assert counts("brand") == {"Acme": 3, "Nordic": 1}
        assert counts("attributes.color") == {"red": 2, "blue": 1}
        assert counts("availability") == {"out_of_stock": 3, "in_stock": 1}
        assert counts("category") == {"clothes": 3}
        assert counts("attributes.size") == {"38": 1, "40.5": 1, "42": 1}

    def test_leave_their_own_choice_out_and_heed_the_others(self):
        red = {"attributes.color": ["red"]}

        assert counts("attributes.color", values=red) == {"red": 2, "blue": 1}
        assert counts("brand", values=red) == {"Acme": 1, "Nordic": 1}
        assert counts("brand", values=red | {"brand": ["Acme"]}) == {"Acme": 1, "Nordic": 1}
        acme = counts("attributes.color", values=red | {"brand": ["Acme"]})
        assert acme == {"red": 1, "blue": 1}

    def test_are_of_what_was_searched_for(self):
        assert counts("brand", text="shirt") == {"Acme": 2, "Nordic": 1}
        assert counts("brand", text="shrit") == {"Acme": 2, "Nordic": 1}
        assert counts("brand", text="nothing") == {}

    def test_of_prices_are_ranges_with_the_extremes(self):
        [prices] = find_page(query(facets=["price"], ranges={"price": Range(least=15_00)})).facets

        assert (prices.least_minor, prices.most_minor, prices.currency) == (5_00, 30_00, "USD")
        assert [(x.least_minor, x.most_minor, x.count) for x in prices.prices] == [
            *((5_00, 9_99, 1), (10_00, 19_99, 1), (20_00, 49_99, 2)),
        ]

    def test_come_with_labels_and_in_the_order_asked_for(self):
        facets = find_page(query(facets=["category", "attributes.color"])).facets

        assert [x.facet for x in facets] == ["category", "attributes.color"]
        assert [[x.label for x in facet.values] for facet in facets] == [
            *(["Clothes"], ["Red", "Blue"]),
        ]

    def test_cost_one_statement_together_with_the_page(self, django_assert_num_queries):
        asked = query(
            text="shirt",
            facets=["brand", "price", "attributes.color"],
            values={"brand": ["Acme"], "attributes.color": ["red"]},
        )

        with django_assert_num_queries(1):
            page = find_page(asked)

        assert len(page.documents) == 1
