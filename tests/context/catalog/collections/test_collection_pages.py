"""The page of a collection: found like a category's, in its own order, while its window is open."""

import datetime as dt

import pytest

from commerce.catalog.collections.change_collection import change_collection
from commerce.catalog.collections.create_collection import create_collection
from commerce.catalog.collections.drafts import CollectionChanges, NewCollection, Window
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.shared import clock
from tests.factories.catalog import on_sale

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
MUGS = {"filter[collection]": "mugs"}


@pytest.fixture(autouse=True)
def three():
    return [on_sale(sku, brand="Nordic").product for sku in ("mug", "cup", "bowl")]


def create(**words):
    words = CollectionChanges(**{"title": "Mugs", "is_published": True, **words})
    create_collection(
        collection=NewCollection(slug="mugs", kind="manual", words=words), now=clock.now()
    )
    rebuild_listing(now=clock.now())
    refresh_listing(now=clock.now())


def change(**words):
    change_collection(
        slug="mugs", changes=CollectionChanges(**words), expected_version=None, now=clock.now()
    )
    refresh_listing(now=clock.now())


def slugs(api, **query):
    return [x["slug"] for x in api.get("/v1/products", {**MUGS, **query}).json()["data"]]


class TestPage:
    def test_has_the_order_it_was_given_or_any_other(self, api, three):
        mug, cup, bowl = three
        create(product_ids=[mug.pk, bowl.pk])

        assert slugs(api, sort="position") == ["mug", "bowl"]
        assert slugs(api, sort="title") == ["bowl", "mug"]
        assert slugs(api, q="bowl") == ["bowl"]

        change(product_ids=[cup.pk, bowl.pk, mug.pk])
        assert slugs(api, sort="position") == ["cup", "bowl", "mug"]

    def test_is_found_in_one_statement(self, api, three, django_assert_num_queries):
        create(product_ids=[x.pk for x in three])

        with django_assert_num_queries(1):
            assert len(slugs(api)) == 3

    def test_opens_and_closes_by_itself_and_touches_no_document(self, api, three):
        create(product_ids=[three[0].pk])
        now = clock.now()

        for window, found in (
            (Window(market_code="usd"), ["mug"]),
            (Window(market_code="usd", published_from=now + HOUR), []),
            (Window(market_code="usd", published_until=now - HOUR), []),
            (Window(market_code="eur"), []),
        ):
            change(publications=[window])
            assert slugs(api) == slugs(api, q="mug") == found

    def test_is_empty_while_it_is_not_published(self, api, three):
        create(product_ids=[three[0].pk], is_published=False)
        assert slugs(api) == []

        change(is_published=True)
        assert slugs(api) == ["mug"]

        change(is_published=False)
        assert slugs(api) == []


class TestFacet:
    def counted(self, api):
        [facet] = api.get("/v1/products", {"facets": "collection"}).json()["facets"]
        return [(x["value"], x["label"], x["count"]) for x in facet["values"]]

    def test_counts_the_collections_that_are_shown(self, api, three):
        create(product_ids=[three[0].pk, three[1].pk])
        assert self.counted(api) == [("mugs", "Mugs", 2)]

        change(publications=[Window(market_code="eur")])
        assert self.counted(api) == []
