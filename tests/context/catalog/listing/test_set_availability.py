"""Availability on lists: the newest word counts, however messages arrive."""

import datetime as dt

import orjson
import pytest

from commerce.catalog.inbox import on_set_availability
from commerce.catalog.interface.dto import Availability, SkuAvailability
from commerce.catalog.interface.messages import SetAvailabilityV1
from commerce.catalog.listing.listing_query import MarketAsked
from commerce.catalog.listing.models import ProductChange, VariantAvailability
from commerce.catalog.listing.queries import find_document
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.listing.set_availability import set_availability
from commerce.catalog.models import Product
from tests.factories.catalog import on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
EARLIER, LATER = NOON - dt.timedelta(hours=1), NOON + dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def say(availability, as_of=NOON, sku="mug"):
    state = SkuAvailability(sku=sku, availability=Availability(availability), as_of=as_of)
    return set_availability([state], now=NOON)


def shown():
    refresh_listing(now=NOON)
    found = find_document(slug="mug", market=MarketAsked(currency="USD"))
    return orjson.loads(found.json)["availability"]


class TestSetAvailability:
    def test_is_shown_in_the_list(self):
        on_sale("mug")

        say("low_stock")

        assert shown() == "low_stock"
        assert Product.objects.get().version == 2

    def test_ignores_a_word_that_comes_late(self):
        on_sale("mug")
        say("out_of_stock", NOON)

        assert not say("in_stock", EARLIER)

        assert shown() == "out_of_stock"

    def test_takes_a_newer_word(self):
        on_sale("mug")
        say("out_of_stock", NOON)

        assert say("in_stock", LATER)

        assert shown() == "in_stock"

    def test_may_be_said_twice(self):
        on_sale("mug")
        say("low_stock")
        say("low_stock")

        assert shown() == "low_stock"

    def test_takes_many_in_the_same_few_statements(self, django_assert_max_num_queries):
        for i in range(20):
            on_sale(f"mug-{i}")
        states = [
            SkuAvailability(sku=f"mug-{i}", availability=Availability.IN_STOCK, as_of=NOON)
            for i in range(20)
        ]

        with django_assert_max_num_queries(5):
            newest = set_availability(states, now=NOON)

        assert len(newest) == 20

    def test_believes_the_newest_of_two_words_in_one_message(self):
        on_sale("mug")

        set_availability(
            [
                SkuAvailability(sku="mug", availability=Availability.LOW_STOCK, as_of=LATER),
                SkuAvailability(sku="mug", availability=Availability.IN_STOCK, as_of=NOON),
            ],
            now=NOON,
        )

        assert shown() == "low_stock"

    def test_remembers_a_sku_that_comes_later(self):
        say("in_stock")

        on_sale("mug")
        rebuild_listing(now=NOON)

        assert shown() == "in_stock"

    def test_is_out_of_stock_until_somebody_says_otherwise(self):
        on_sale("mug")
        rebuild_listing(now=NOON)

        assert shown() == "out_of_stock"

    def test_touches_no_product_for_a_sku_nobody_knows(self):
        on_sale("mug")

        say("in_stock", sku="cup")

        assert not ProductChange.objects.exists()


class TestInbox:
    def test_hears_fulfilment(self):
        on_set_availability(
            SetAvailabilityV1(
                states=[SkuAvailability(sku="mug", availability=Availability.PREORDER, as_of=NOON)]
            )
        )

        known = VariantAvailability.objects.get()
        assert (known.sku, known.availability, known.as_of) == ("mug", "preorder", NOON)
