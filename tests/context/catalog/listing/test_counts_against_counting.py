"""Any choices together with any counted facets: what is shown and counted, against counting by hand."""

import datetime as dt
import random
from collections import Counter
from dataclasses import replace

import orjson
import pytest

from commerce.catalog.listing import page_sql
from commerce.catalog.listing.listing_query import ListingQuery, MarketAsked, Range, Sort
from commerce.catalog.listing.queries import find_page
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Attribute, Collection, CollectionMember
from tests.factories.catalog import CategoryFactory, attribute, on_sale, product_type

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
CENTS = Range(least=100, most=300)
COLOR, SIZE = "attributes.color", "attributes.size"
FACETS = ("brand", "category", "collection", COLOR, SIZE, "price")

pytestmark = pytest.mark.django_db


@pytest.fixture
def dice():
    return random.Random(42)


@pytest.fixture
def shop(dice):
    """Thirty products at random, in the order of the collections: what each has, by facet."""
    kind = product_type("t", attribute("color", "choice", "red", "blue"), attribute("size"))
    Attribute.objects.update(is_filterable=True)
    top = CategoryFactory(slug="top")
    places = [CategoryFactory(slug="low", parent=top), CategoryFactory(slug="side")]
    collections = [
        Collection.objects.create(
            slug=slug, title=slug, kind="manual", is_published=True, created_at=NOON
        )
        for slug in ("x", "y")
    ]
    products = []
    for n in range(30):
        brand, price = dice.choice(["Acme", "Nordic", ""]), dice.choice([50, 100, 199, 300, 999])
        title = dice.choice(["mug", "cup", "mug cup"])
        categories = dice.sample(places, dice.randint(0, 2))
        stated = {"color": dice.choice(["red", "blue"]), "size": dice.choice(["S", "L"])}
        stated = {code: value for code, value in stated.items() if dice.random() < 0.7}
        mug = on_sale(
            *(f"SKU{n}",),
            title=title,
            brand=brand,
            price=price,
            categories=categories,
            product_type=kind,
            attributes=stated,
        )
        stands_in = [x for x in collections if dice.random() < 0.4]
        CollectionMember.objects.bulk_create(
            CollectionMember(collection=x, product=mug.product, position=n) for x in stands_in
        )
        products.append(
            {
                "sku": f"SKU{n}",
                "words": title.split(),
                "brand": {brand} - {""},
                "category": {slug for x in categories for slug in x.path.split("/")},
                "collection": {x.slug for x in stands_in},
                COLOR: {stated["color"]} if "color" in stated else set(),
                SIZE: {stated["size"]} if "size" in stated else set(),
                "price": price,
            }
        )
    rebuild_listing(now=NOON)
    refresh_listing(now=NOON)
    return products


def choices_of(query):
    """What each facet asks of a product."""
    chosen = {facet: set(values) for facet, values in query.values.items()}
    chosen |= {"category": {query.category}} if query.category else {}
    chosen |= {"collection": {query.collection}} if query.collection else {}
    choices = {facet: lambda x, f=facet, v=v: bool(x[f] & v) for facet, v in chosen.items()}
    if query.ranges:
        choices["price"] = lambda x: CENTS.least <= x["price"] <= CENTS.most
    return choices


def all_of(query):
    """Follow the pages to the end."""
    page = find_page(query)
    documents = list(page.documents)
    while page.next:
        page = find_page(replace(query, after=page.next, facets=()))
        documents += page.documents
    return documents


@pytest.fixture
def small_numbers(monkeypatch):
    """A page of three, looked for among the first eight: those choices meet, and those they do not."""
    monkeypatch.setattr(page_sql, "_SIZES", (4,))
    monkeypatch.setattr(page_sql, "_LOOKED_AT_FIRST", 8)


def test_are_the_same(shop, dice, small_numbers):
    for _ in range(100):
        collection, text = dice.choice(["", "x"]), dice.choice(["", "", "mug"])
        query = ListingQuery(
            market=MarketAsked(currency="USD"),
            sort=Sort.POSITION if collection and not text else Sort.TITLE,
            limit=3,
            text=text,
            category=dice.choice(["", "top", "side"]),
            collection=collection,
            values=dice.choice([{}, {"brand": ["Acme", "Nordic"]}, {COLOR: ["red"], SIZE: ["L"]}]),
            ranges=dice.choice([{}, {"price": CENTS}]),
            facets=dice.sample(FACETS, dice.randint(0, 6)),
        )
        choices = choices_of(query)
        searched = [x for x in shop if not text or text in x["words"]]

        page = find_page(query)

        shown = [orjson.loads(x)["skus"][0] for x in all_of(query)]
        by_hand = [x["sku"] for x in searched if all(fits(x) for fits in choices.values())]
        assert sorted(shown) == sorted(by_hand), query
        if query.sort is Sort.POSITION:
            assert shown == by_hand, query
        for counted in page.facets:
            others = [fits for facet, fits in choices.items() if facet != counted.facet]
            left = [x for x in searched if all(fits(x) for fits in others)]
            if counted.facet == "price":
                assert sum(x.count for x in counted.prices) == len(left), query
            else:
                found = {x.value: x.count for x in counted.values}
                assert found == Counter(v for x in left for v in x[counted.facet]), query
