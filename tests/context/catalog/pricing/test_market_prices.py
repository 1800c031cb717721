"""Prices of many variants in every market: as a quote would give them, in few statements."""

import datetime as dt

import pytest

from commerce.catalog.interface.dto import QuoteLine
from commerce.catalog.interface.errors import NoPrice
from commerce.catalog.pricing.market_prices import Tier, load_market_prices
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.pricing.set_prices import NewPrice, set_prices
from commerce.shared.money import Money
from tests.factories.catalog import MarketFactory, PriceFactory, PriceListFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def prices_of(variant, *, at=NOON):
    return load_market_prices([variant.pk], at=at).by_variant.get(variant.pk, {})


class TestLoadMarketPrices:
    def test_gives_each_market_its_price(self):
        mug = on_sale("mug", price=12_50)
        MarketFactory(code="us", countries=["US"])
        ec = MarketFactory(code="ec", countries=["EC"], is_default=False)
        PriceFactory(variant=mug, price_list=PriceListFactory(market=ec), amount_minor=9_00)

        found = prices_of(mug)

        assert {code: x.amount_minor for code, x in found.items()} == {"us": 12_50, "ec": 9_00}

    def test_implies_a_market_for_a_currency_that_has_none(self):
        mug = on_sale("mug", price=12_50)
        MarketFactory(code="eu", currency="EUR")

        found = load_market_prices([mug.pk], at=NOON)

        assert found.by_variant[mug.pk].keys() == {"usd"}
        assert found.markets["usd"].id is None
        assert set(found.markets) == {"eu", "usd"}

    def test_is_what_those_in_no_group_pay(self):
        mug = on_sale("mug", price=12_50)
        wholesale = PriceListFactory(customer_group="wholesale")
        PriceFactory(variant=mug, price_list=wholesale, amount_minor=9_00)

        assert prices_of(mug)["usd"].amount_minor == 12_50

    def test_has_the_tiers_that_change_something(self):
        mug = on_sale("mug", price=12_50)
        for units, amount in ((5, 12_50), (10, 11_00), (50, 9_00)):
            PriceFactory(variant=mug, min_quantity=units, amount_minor=amount)

        assert prices_of(mug)["usd"].tiers == [
            Tier(min_quantity=10, amount_minor=11_00),
            Tier(min_quantity=50, amount_minor=9_00),
        ]

    def test_says_the_fewest_units_it_is_sold_in(self):
        pallet = on_sale("pallet", price=None)
        PriceFactory(variant=pallet, min_quantity=48, amount_minor=5_00)

        assert prices_of(pallet)["usd"].min_quantity == 48

    def test_has_the_lowest_price_before_an_announced_reduction(self):
        mug = on_sale("mug", price=12_50)
        sale = Money(9_00, "USD")
        for first, amount, beside in ((0, Money(11_00, "USD"), None), (10, sale, 12_50)):
            compare_at = None if beside is None else Money(beside, "USD")
            at = NOON + first * DAY
            set_prices(batch=[NewPrice(sku="mug", price=amount, compare_at=compare_at)], now=at)

        found = prices_of(mug, at=NOON + 60 * DAY)["usd"]

        assert (found.amount_minor, found.compare_at_minor, found.lowest_30_days_minor) == (
            *(9_00, 12_50, 11_00),
        )

    def test_needs_as_many_statements_for_many_as_for_one(self, django_assert_num_queries):
        variants = [on_sale(f"mug-{n}", price=None) for n in range(20)]
        MarketFactory(code="us")
        for variant in variants:
            PriceFactory(variant=variant, amount_minor=9_00, compare_at_minor=12_50)

        for some in (variants[:1], variants):
            with django_assert_num_queries(4):
                load_market_prices([x.pk for x in some], at=NOON)

    def test_agrees_with_quotes(self):
        mug = on_sale("mug", price=12_50)
        us = MarketFactory(code="us", countries=["US"])
        MarketFactory(code="ec", countries=["EC"], is_default=False)
        timed = PriceListFactory(
            code="timed", market=us, valid_from=NOON + DAY, valid_until=NOON + 3 * DAY
        )
        ended = PriceListFactory(
            code="ended", priority=9, status="ended", activated_at=NOON, ended_at=NOON + 2 * DAY
        )
        for price_list, units, amount in ((timed, 1, 9_00), (ended, 5, 7_00), (None, 8, 6_00)):
            PriceFactory(
                variant=mug, price_list=price_list, min_quantity=units, amount_minor=amount
            )

        for n in range(-2, 10):
            at = NOON + n * DAY / 2
            found = prices_of(mug, at=at)
            for country, code in (("US", "us"), ("EC", "ec")):
                expected = {
                    units: quoted(units, country=country, at=at) for units in (1, 4, 5, 7, 8, 100)
                }
                assert {u: at_units(found[code], u) for u in expected} == expected


def quoted(units, *, country, at):
    try:
        quote = quote_prices(
            lines=[QuoteLine(sku="mug", quantity=units)], currency="USD", country=country, at=at
        )
    except NoPrice:
        return None
    return quote.lines[0].unit_price.minor


def at_units(price, units):
    reached = [x.amount_minor for x in price.tiers if x.min_quantity <= units]
    return reached[-1] if reached else price.amount_minor
