"""The life of a price list, and prices in it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.catalog.interface.dto import QuoteLine
from commerce.catalog.listing.models import ProductChange
from commerce.catalog.pricing.activate_price_list import activate_price_list
from commerce.catalog.pricing.change_price_list import change_price_list
from commerce.catalog.pricing.create_price_list import NewPriceList, create_price_list
from commerce.catalog.pricing.end_price_list import end_price_list
from commerce.catalog.pricing.end_prices import EndedPrice, end_prices
from commerce.catalog.pricing.models import Price, PriceListStatus
from commerce.catalog.pricing.price_lists import (
    PriceListEnded,
    PriceListIsActive,
    PriceListTaken,
    UnknownPriceList,
)
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.catalog.products.drafts import InvalidField
from commerce.shared.errors import CommerceError, Stale
from commerce.shared.money import Money
from tests.factories.catalog import MarketFactory, PriceListFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def create(code="sale", currency="USD", **more):
    words = NewPriceList(code=code, name=code, currency=currency, **more)
    return create_price_list(price_list=words, now=NOON)


def change(row, *, version=None, now=NOON, **changes):
    return change_price_list(
        price_list_id=row.id, changes=changes, expected_version=version, now=now
    )


def put(sku="mug", minor=9_00, *, price_list="sale", now=NOON, currency="USD", **more):
    new = NewPrice(sku=sku, price=Money(minor, currency), price_list=price_list, **more)
    [answer] = set_prices(batch=[new], now=now)
    if isinstance(answer, CommerceError):
        raise answer
    return answer


def price_of(sku="mug", *, units=1, at=NOON):
    quote = quote_prices(lines=[QuoteLine(sku=sku, quantity=units)], currency="USD", at=at)
    return quote.lines[0].unit_price.minor


class TestALife:
    def test_goes_from_draft_to_active_to_ended(self):
        on_sale("mug", price=12_50)
        row = create()
        put()

        assert price_of() == 12_50
        activate_price_list(price_list_id=row.id, now=NOON)
        assert price_of() == 9_00
        end_price_list(price_list_id=row.id, now=NOON + DAY)
        assert [price_of(at=NOON + n * DAY) for n in (0, 1)] == [9_00, 12_50]

    def test_can_be_told_twice(self):
        row = create()

        for _ in range(2):
            row = activate_price_list(price_list_id=row.id, now=NOON)
        assert (row.status, row.version) == (PriceListStatus.ACTIVE, 2)
        for _ in range(2):
            row = end_price_list(price_list_id=row.id, now=NOON)
        assert (row.status, row.version) == (PriceListStatus.ENDED, 3)

    def test_does_not_begin_again(self):
        row = create()
        end_price_list(price_list_id=row.id, now=NOON)

        with pytest.raises(PriceListEnded):
            activate_price_list(price_list_id=row.id, now=NOON)
        with pytest.raises(PriceListEnded):
            change(row, name="again")

    def test_has_the_documents_of_its_products_made_again_now_and_at_its_ends(self):
        mug, _ = on_sale("mug"), on_sale("pot")
        row = create(valid_from=NOON + DAY, valid_until=NOON + 2 * DAY)
        put()
        ProductChange.objects.all().delete()

        activate_price_list(price_list_id=row.id, now=NOON)

        changes = ProductChange.objects.order_by("due_at").values_list("product_id", "due_at")
        assert list(changes) == [
            (mug.product_id, NOON),
            (mug.product_id, NOON + DAY),
            (mug.product_id, NOON + 2 * DAY),
        ]

    def test_has_those_made_again_at_its_ends_that_are_drafts_until_then(self):
        mug = on_sale("mug", draft=True)
        row = create()
        put()
        change(row, valid_until=NOON + DAY)
        ProductChange.objects.all().delete()

        activate_price_list(price_list_id=row.id, now=NOON)

        changes = ProductChange.objects.values_list("product_id", "due_at")
        assert list(changes) == [(mug.product_id, NOON + DAY)]


class TestCreating:
    def test_names_a_market_of_its_currency(self):
        MarketFactory(code="eu", currency="EUR")

        assert create(market="eu", currency="EUR").market.code == "eu"
        for wrong in ({"market": "eu"}, {"market": "mars"}):
            with pytest.raises(InvalidField):
                create("other", **wrong)

    def test_happens_once(self):
        create()

        with pytest.raises(PriceListTaken):
            create()

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            ("code", {"code": "S A L E"}),
            ("currency", {"currency": "ABC"}),
            ("customer_group", {"customer_group": "Big Ones"}),
            ("priority", {"priority": 10_000}),
            ("valid_until", {"valid_from": NOON, "valid_until": NOON}),
        ],
    )
    def test_refuses_words_that_break_a_rule(self, field, words):
        with pytest.raises(InvalidField) as refused:
            create(**words)

        assert refused.value.field == field


class TestChanging:
    def test_changes_everything_of_a_draft(self):
        MarketFactory(code="us")
        row = create()

        row = change(row, market="us", priority=5, customer_group="staff", valid_from=NOON)

        assert (row.market.code, row.priority, row.customer_group) == ("us", 5, "staff")
        assert change(row, market=None).market is None

    def test_leaves_the_terms_of_an_active_one(self):
        row = activate_price_list(price_list_id=create().id, now=NOON)

        for changes in ({"priority": 1}, {"customer_group": "staff"}, {"valid_from": NOON}):
            with pytest.raises(PriceListIsActive):
                change(row, **changes)
        assert change(row, name="Sale!").name == "Sale!"

    def test_moves_the_end_of_an_active_one_within_the_future(self):
        row = create(valid_until=NOON + DAY)
        activate_price_list(price_list_id=row.id, now=NOON)

        assert change(row, valid_until=NOON + 2 * DAY).valid_until == NOON + 2 * DAY
        with pytest.raises(InvalidField):
            change(row, valid_until=NOON - DAY)
        with pytest.raises(InvalidField):
            change(row, valid_until=None, now=NOON + 3 * DAY)

    def test_takes_the_version_that_was_read(self):
        row = create()

        assert change(row, version=1, name="x").version == 2
        assert change(row, version=2, name="x").version == 2
        with pytest.raises(Stale):
            change(row, version=1, name="y")


class TestPricesInAList:
    @pytest.fixture(autouse=True)
    def a_mug_and_a_list(self):
        on_sale("mug", price=12_50)
        return PriceListFactory(code="sale")

    def test_follow_one_another_beside_the_base_price(self):
        put(minor=9_00)
        put(minor=8_00, valid_from=NOON + DAY, valid_until=NOON + 2 * DAY)

        assert [price_of(at=NOON + n * DAY) for n in (0, 1, 2)] == [9_00, 8_00, 9_00]
        assert Price.objects.filter(price_list=None).count() == 1

    def test_have_tiers_with_a_timeline_each(self):
        put(minor=9_00)
        put(minor=7_00, min_quantity=10)
        put(minor=6_00, min_quantity=10, valid_from=NOON + DAY)

        assert [price_of(units=10, at=NOON + n * DAY) for n in (0, 1)] == [7_00, 6_00]
        assert price_of(units=9, at=NOON + DAY) == 9_00

    def test_are_in_the_lists_currency(self):
        with pytest.raises(InvalidField):
            put(currency="EUR")

    def test_need_a_list_that_is_there_and_has_not_ended(self, a_mug_and_a_list):
        with pytest.raises(UnknownPriceList):
            put(price_list="mars")
        end_price_list(price_list_id=a_mug_and_a_list.id, now=NOON)
        with pytest.raises(PriceListEnded):
            put()

    @pytest.mark.parametrize(
        ("field", "more"),
        [
            ("compare_at", {"compare_at": Money(9_00, "USD")}),
            ("compare_at", {"compare_at": Money(99_00, "EUR")}),
            ("min_quantity", {"min_quantity": 0}),
        ],
    )
    def test_refuse_what_makes_no_sense(self, field, more):
        with pytest.raises(InvalidField) as refused:
            put(**more)

        assert refused.value.field == field

    def test_announce_a_regular_price_and_stop_announcing_it(self):
        put(minor=9_00, compare_at=Money(12_50, "USD"))
        put(minor=9_00, now=NOON + DAY)

        rows = Price.objects.exclude(price_list=None).order_by("valid_from")
        assert [x.compare_at_minor for x in rows] == [12_50, None]

    def test_cost_as_many_statements_for_many_as_for_one(self):
        many = [f"mug-{n}" for n in range(30)]
        for sku in many:
            on_sale(sku)

        counts = []
        for skus in (["mug"], many):
            batch = [
                NewPrice(sku=x, price=Money(1, "USD"), price_list="sale", min_quantity=n)
                for x in skus
                for n in (1, 10)
            ]
            with CaptureQueriesContext(connection) as statements:
                set_prices(batch=batch, now=NOON)
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestEndPrices:
    @pytest.fixture(autouse=True)
    def a_mug_and_a_list(self):
        on_sale("mug", price=12_50)
        PriceListFactory(code="sale")
        put(minor=9_00)
        put(minor=7_00, min_quantity=10)
        put(minor=1_00, valid_from=NOON + 5 * DAY)

    def end(self, **which):
        return end_prices(batch=[EndedPrice(sku="mug", currency="USD", **which)], now=NOON + DAY)

    def test_gives_way_to_what_others_say(self):
        assert self.end(price_list="sale") == [None]

        assert [price_of(at=NOON + n * DAY) for n in (0, 1, 9)] == [9_00, 12_50, 12_50]
        assert price_of(units=10, at=NOON + DAY) == 7_00

    def test_takes_one_tier_away_later(self):
        self.end(price_list="sale", min_quantity=10, ends_at=NOON + 2 * DAY)

        assert [price_of(units=10, at=NOON + n * DAY) for n in (1, 2)] == [7_00, 9_00]

    def test_keeps_the_base_price_of_one_unit(self):
        [refused] = self.end()

        assert isinstance(refused, InvalidField)

    def test_changes_nothing_the_second_time(self):
        self.end(price_list="sale")
        rows = list(Price.objects.values())

        assert self.end(price_list="sale") == [None]
        assert list(Price.objects.values()) == rows
