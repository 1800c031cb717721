"""Finding products: by category, by price, by words; page after page, each in one statement."""

import datetime as dt
from dataclasses import replace

import orjson
import pytest

from commerce.catalog.listing.forget_words import forget_words
from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked, Range, Sort
from commerce.catalog.listing.models import VariantAvailability
from commerce.catalog.listing.queries import find_page
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Variant
from tests.factories.catalog import CategoryFactory, PriceFactory, on_sale

USD = MarketAsked(currency="USD")
NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def skus(**query):
    """Walk all pages of a query, and give what they show in order."""
    query = ListingQuery(
        **{"market": USD, "sort": Sort.TITLE, "limit": 2} | query,
    )
    found = []
    while True:
        page = find_page(query)
        assert len(page.documents) <= query.limit
        found += [orjson.loads(x)["skus"][0] for x in page.documents]
        if page.next is None:
            return found
        query = replace(query, after=page.next)


def search(text, **query):
    return skus(text=text, **{"sort": Sort.RELEVANCE} | query)


@pytest.fixture
def shop():
    """Four drinks and a plate, on two shelves of one category and one of another."""
    drinks = CategoryFactory(slug="drinks", name="Drinks")
    tea = CategoryFactory(slug="tea", name="Tea", parent=drinks)
    juice = CategoryFactory(slug="juice", name="Juice", parent=drinks)
    dishes = CategoryFactory(slug="dishes", name="Dishes")
    day = dt.timedelta(days=1)
    on_sale("GRN", title="Green Tea", price=3_00, brand="Nordic", categories=[tea])
    on_sale("BLK", title="black tea", price=2_00, brand="Acme", categories=[tea])
    on_sale("APL", title="Apple Juice", price=2_00, brand="Nordic", categories=[juice])
    on_sale(
        *("JUG-1",),
        title="Jug for juice",
        description="Pours tea without a drop.",
        price=15_00,
        categories=[dishes],
        published_at=NOON - day,
    )
    VariantAvailability.objects.bulk_create(
        VariantAvailability(sku=sku, availability=availability, as_of=NOON)
        for sku, availability in [("GRN", "in_stock"), ("BLK", "low_stock")]
    )
    rebuild_listing(now=NOON)
    refresh_listing(now=NOON)


@pytest.mark.usefixtures("shop")
class TestBrowse:
    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("title", ["APL", "BLK", "GRN", "JUG-1"]),
            ("-title", ["JUG-1", "GRN", "BLK", "APL"]),
            ("price", ["BLK", "APL", "GRN", "JUG-1"]),
            ("-price", ["JUG-1", "GRN", "APL", "BLK"]),
            ("newest", ["JUG-1", "APL", "BLK", "GRN"]),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_goes_through_every_order_page_by_page(self, sort, expected, limit):
        assert skus(sort=Sort(sort), limit=limit) == expected

    def test_shows_a_category_with_what_stands_below_it(self):
        assert skus(category="tea") == ["BLK", "GRN"]
        assert skus(category="drinks") == ["APL", "BLK", "GRN"]
        assert skus(category="unknown") == []

    def test_filters_by_price(self):
        assert skus(ranges={"price": Range(least=3_00)}) == ["GRN", "JUG-1"]
        assert skus(ranges={"price": Range(most=3_00)}) == ["APL", "BLK", "GRN"]
        assert skus(ranges={"price": Range(least=2_01, most=14_99)}) == ["GRN"]

    def test_filters_by_brand(self):
        assert skus(values={"brand": ["Nordic"]}) == ["APL", "GRN"]
        assert skus(values={"brand": ["Nordic", "Acme"]}) == ["APL", "BLK", "GRN"]

    def test_filters_by_availability(self):
        assert skus(values={"availability": ["in_stock", "low_stock"]}) == [
            *("BLK", "GRN"),
        ]

    def test_filters_by_everything_at_once(self):
        assert skus(
            category="drinks", values={"brand": ["Nordic"]}, ranges={"price": Range(most=2_50)}
        ) == ["APL"]

    def test_shows_what_is_sold_in_the_currency_asked_for(self):
        PriceFactory(variant=Variant.objects.get(sku="APL"), currency="EUR")
        rebuild_listing(now=NOON)
        refresh_listing(now=NOON)

        assert skus(market=MarketAsked(currency="EUR")) == ["APL"]

    def test_needs_one_statement(self, django_assert_num_queries):
        query = ListingQuery(market=USD, sort=Sort.PRICE, limit=2, category="drinks")

        with django_assert_num_queries(1):
            page = find_page(query)

        assert len(page.documents) == 2


@pytest.mark.usefixtures("shop")
class TestSearch:
    def test_finds_words_in_title_brand_category_and_description(self):
        assert set(search("tea")) == {"GRN", "BLK", "JUG-1"}
        assert search("acme") == ["BLK"]
        assert search("dishes") == ["JUG-1"]
        assert search("pouring drops") == ["JUG-1"]

    def test_shows_the_best_match_first(self):
        assert search("tea")[-1] == "JUG-1"
        assert search("juice") == ["APL", "JUG-1"]

    def test_finds_what_is_still_being_typed(self):
        assert search("app") == ["APL"]
        assert search("green t") == ["GRN"]

    def test_needs_every_word(self):
        assert search("green juice") == []

    def test_forgives_a_typing_error(self):
        assert search("aple juice") == ["APL"]
        assert search("gren tea") == ["GRN"]

    def test_takes_no_word_that_says_nothing_for_a_typing_error(self):
        assert search("forx juice") == []
        on_sale("FOX", title="Fork of a box")
        rebuild_listing(now=NOON)
        refresh_listing(now=NOON)
        forget_words()

        assert search("jug for juice") == ["JUG-1"]
        assert search("juice for") == search("juice")

    def test_finds_a_sku(self):
        assert search("jug-1") == ["JUG-1"]

    @pytest.mark.parametrize(
        "text", ["'; DROP TABLE catalog_listing; --", "a & | !", "%", "\\", "((", "x" * 200, "?"]
    )
    def test_takes_any_text(self, text):
        assert search(text) == []

    def test_can_be_sorted_and_filtered_like_a_list(self):
        assert search("tea", sort=Sort.PRICE) == ["BLK", "GRN", "JUG-1"]
        assert search("tea", category="drinks", values={"brand": ["Nordic"]}) == ["GRN"]
        assert search("gren tea", category="dishes") == []

    @pytest.mark.parametrize("limit", [1, 2, 100])
    def test_goes_page_by_page(self, limit):
        assert len(search("tea", limit=limit)) == 3
        assert search("tea", limit=limit) == search("tea", limit=50)

    def test_needs_one_statement_with_or_without_a_typing_error(self, django_assert_num_queries):
        query = ListingQuery(market=USD, sort=Sort.RELEVANCE, limit=2, text="aple juice")

        with django_assert_num_queries(1):
            find_page(query)
        with django_assert_num_queries(1):
            find_page(replace(query, text="apple"))
