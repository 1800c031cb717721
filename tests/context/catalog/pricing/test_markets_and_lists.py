"""Quoting for a market, a group of customers and a quantity: which of several prices it is."""

import datetime as dt

import pytest

from commerce.catalog.interface.dto import QuoteLine
from commerce.catalog.interface.errors import NoPrice
from commerce.catalog.pricing.activate_price_list import activate_price_list
from commerce.catalog.pricing.end_price_list import end_price_list
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.shared.money import Money
from tests.factories.catalog import (
    LONG_AGO,
    MarketFactory,
    PriceFactory,
    PriceListFactory,
    offered,
    on_sale,
)

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def quote(*, sku="mug", units=1, at=NOON, currency="USD", **more):
    lines = [QuoteLine(sku=sku, quantity=units)]
    return quote_prices(lines=lines, currency=currency, at=at, **more)


def price_of(**more):
    [line] = quote(**more).lines
    return line.unit_price.minor


@pytest.fixture
def mug():
    return on_sale("mug", price=12_50)


def listed(variant, amount_minor, *, min_quantity=1, **price_list):
    row = PriceListFactory(**price_list)
    PriceFactory(
        variant=variant,
        price_list=row,
        currency=row.currency,
        amount_minor=amount_minor,
        min_quantity=min_quantity,
    )
    return row


class TestTheMarketOfAQuote:
    def test_is_the_countrys_own_in_the_currency(self, mug):
        MarketFactory(code="us", countries=["US"])
        MarketFactory(code="ec", countries=["EC"], is_default=False)

        assert quote(country="EC").market == "ec"

    def test_is_the_currencys_default_for_every_other_country_and_for_none(self, mug):
        MarketFactory(code="us", countries=["US"])
        MarketFactory(code="ec", countries=["EC"], is_default=False)

        assert [quote(country=x).market for x in ("FR", None)] == ["us", "us"]

    def test_is_none_where_no_market_has_the_currency(self, mug):
        MarketFactory(code="eu", currency="EUR", countries=["DE"])

        assert (quote(country="DE").market, price_of(country="DE")) == (None, 12_50)

    def test_says_whether_its_prices_include_tax(self, mug):
        MarketFactory(code="us", prices_include_tax=True)

        assert quote().prices_include_tax

    def test_is_known_for_plans_and_for_no_lines_too(self, mug):
        MarketFactory(code="us", prices_include_tax=True)
        offered("coffee")

        for lines in ([QuoteLine(plan="coffee", quantity=1)], []):
            quoted = quote_prices(lines=lines, currency="USD", at=NOON)
            assert (quoted.market, quoted.prices_include_tax) == ("us", True)

    def test_costs_no_statement_more(self, mug, django_assert_num_queries):
        MarketFactory(code="us", countries=["US"])
        offered("coffee")
        listed(mug, 9_00, customer_group="wholesale")
        sku, plan = QuoteLine(sku="mug", quantity=1), QuoteLine(plan="coffee", quantity=1)

        # One of them asks for promotions.
        for lines, statements in (([sku], 2), ([plan], 3), ([sku, plan], 3)):
            with django_assert_num_queries(statements):
                quote_prices(
                    lines=lines,
                    currency="USD",
                    country="US",
                    customer_group="wholesale",
                    at=NOON,
                )


class TestPriceLists:
    def test_come_before_the_base_price(self, mug):
        listed(mug, 9_00)

        assert price_of() == 9_00

    def test_are_for_their_market_alone(self, mug):
        us = MarketFactory(code="us", countries=["US"])
        ec = MarketFactory(code="ec", countries=["EC"], is_default=False)
        listed(mug, 11_00, market=us)
        listed(mug, 9_00, market=ec)

        assert [price_of(country=x) for x in ("US", "EC", "FR")] == [11_00, 9_00, 11_00]

    def test_are_for_their_group_alone(self, mug):
        listed(mug, 9_00, customer_group="wholesale")

        assert [price_of(customer_group=x) for x in ("", "staff", "wholesale")] == [
            *(12_50, 12_50, 9_00),
        ]

    def test_go_by_priority_then_by_what_is_meant_for_fewer_then_by_code(self, mug):
        us = MarketFactory(code="us")
        listed(mug, 10_00, code="a")
        listed(mug, 10_01, code="b", market=us)
        assert price_of() == 10_01
        listed(mug, 10_02, code="c", customer_group="wholesale")
        assert price_of(customer_group="wholesale") == 10_02
        listed(mug, 10_03, code="d", priority=1)
        assert price_of(customer_group="wholesale") == 10_03
        listed(mug, 10_04, code="0", priority=1)
        assert price_of(customer_group="wholesale") == 10_04

    def test_leave_what_they_do_not_name_to_the_next(self, mug):
        pot = on_sale("pot", price=30_00)
        listed(mug, 9_00, priority=5)
        listed(pot, 25_00)

        assert [price_of(sku=x) for x in ("mug", "pot")] == [9_00, 25_00]

    def test_hold_within_their_time_alone(self, mug):
        listed(mug, 9_00, valid_from=NOON, valid_until=NOON + HOUR)

        assert [price_of(at=NOON + n * HOUR) for n in (-1, 0, 1)] == [12_50, 9_00, 12_50]

    def test_count_for_nothing_as_a_draft(self, mug):
        listed(mug, 9_00, status="draft", activated_at=None)

        assert price_of() == 12_50

    def test_say_of_the_past_what_they_said_then(self, mug):
        row = listed(mug, 9_00, status="draft", activated_at=None)

        activate_price_list(price_list_id=row.id, now=NOON)
        end_price_list(price_list_id=row.id, now=NOON + HOUR)

        assert [price_of(at=NOON + n * HOUR) for n in (-1, 0, 1)] == [12_50, 9_00, 12_50]

    def test_do_not_cross_currencies(self, mug):
        listed(mug, 9_00, currency="EUR")

        assert (price_of(), price_of(currency="EUR")) == (12_50, 9_00)


class TestTiers:
    @pytest.fixture(autouse=True)
    def cheaper_from_ten_on(self, mug):
        PriceFactory(variant=mug, amount_minor=11_00, min_quantity=10)

    def test_begin_with_their_quantity_and_hold_for_every_unit(self):
        assert [price_of(units=n) for n in (9, 10, 11)] == [12_50, 11_00, 11_00]

    def test_are_reached_by_all_lines_of_a_variant_together(self):
        lines = [QuoteLine(sku="mug", quantity=n) for n in (4, 6)]

        quoted = quote_prices(lines=lines, currency="USD", at=NOON)

        assert [x.unit_price.minor for x in quoted.lines] == [11_00, 11_00]

    def test_of_a_list_leave_smaller_quantities_to_the_base(self, mug):
        listed(mug, 8_00, min_quantity=100)

        assert [price_of(units=n) for n in (1, 10, 100)] == [12_50, 11_00, 8_00]

    def test_alone_sell_nothing_below_them(self):
        pallet = on_sale("pallet", price=None)
        PriceFactory(variant=pallet, amount_minor=5_00, min_quantity=48)

        assert price_of(sku="pallet", units=48) == 5_00
        with pytest.raises(NoPrice):
            quote(sku="pallet", units=47)


class TestCompareAt:
    def test_is_the_regular_price_beside_a_price(self):
        mug = on_sale("mug", price=None)
        PriceFactory(variant=mug, amount_minor=9_00, compare_at_minor=12_50, valid_from=LONG_AGO)

        [line] = quote().lines

        assert line.compare_at == Money(12_50, "USD")
