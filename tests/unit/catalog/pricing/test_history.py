"""What everybody paid, and the lowest price before a reduction (Directive 98/6/EC, article 6a)."""

import datetime as dt
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.markets.terms import MarketTerms
from commerce.catalog.pricing.history import (
    ListTerms,
    Recorded,
    candidates,
    in_force,
    lowest_before_reduction,
)
from commerce.catalog.pricing.resolution import resolve
from commerce.catalog.pricing.schedule import Period

DAY_0 = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
HORIZON = 100
HERE = MarketTerms(
    code="eu",
    currency="EUR",
    locale="de-DE",
    prices_include_tax=True,
    is_default=True,
    id=UUID(int=1),
)


def day(n):
    return DAY_0 + dt.timedelta(days=n)


def price(amount, first, last=None, *, beside=None, units=1, price_list=None):
    return Recorded(
        amount_minor=amount,
        compare_at_minor=beside,
        min_quantity=units,
        valid_from=day(first),
        valid_until=None if last is None else day(last),
        price_list=price_list,
    )


def listed(code="sale", first=0, last=None, *, market=None, group="", priority=0):
    return ListTerms(
        code=code,
        market_id=market,
        customer_group=group,
        priority=priority,
        starts_at=day(first),
        ends_at=None if last is None else day(last),
    )


def shown(*prices, until=HORIZON):
    """As (amount, first day, day it ends)."""
    return [
        (x.amount_minor, (x.valid_from - DAY_0).days, (x.valid_until - DAY_0).days)
        for x in in_force(prices, market=HERE, since=DAY_0, until=day(until))
    ]


def lowest(*prices, on):
    until = day(on) + dt.timedelta(microseconds=1)
    periods = in_force(prices, market=HERE, since=DAY_0, until=until)
    return lowest_before_reduction(periods, at=day(on))


class TestInForce:
    def test_is_the_base_price_where_nothing_else_is(self):
        assert shown(price(10_00, 0)) == [(10_00, 0, 100)]

    def test_is_a_lists_price_while_the_list_is_active(self):
        sale = listed(first=20, last=30)

        assert shown(price(10_00, 0), price(8_00, 0, price_list=sale)) == [
            *((10_00, 0, 20), (8_00, 20, 30), (10_00, 30, 100)),
        ]

    def test_is_not_what_a_group_or_another_market_pays(self):
        group, elsewhere = listed(group="staff"), listed(market=UUID(int=2))

        assert shown(
            price(10_00, 0),
            price(5_00, 0, price_list=group),
            price(6_00, 0, price_list=elsewhere),
        ) == [(10_00, 0, 100)]

    def test_is_what_one_unit_costs(self):
        assert shown(price(10_00, 0), price(8_00, 0, units=10)) == [(10_00, 0, 100)]

    def test_has_a_gap_where_it_was_not_sold(self):
        assert shown(price(10_00, 0, 10), price(9_00, 20)) == [(10_00, 0, 10), (9_00, 20, 100)]

    def test_joins_neighbours_that_cost_the_same(self):
        assert shown(price(10_00, 0, 10), price(10_00, 10)) == [(10_00, 0, 100)]


class TestLowestBeforeReduction:
    def test_is_that_of_the_thirty_days_before_it_began(self):
        history = price(10_00, 0, 20), price(9_00, 20, 25), price(10_00, 25, 40)

        assert lowest(*history, price(8_00, 40, beside=10_00), on=41) == 9_00

    def test_forgets_what_lies_further_back(self):
        history = price(5_00, 0, 9), price(10_00, 9, 40)

        assert lowest(*history, price(8_00, 40, beside=10_00), on=41) == 10_00

    @pytest.mark.parametrize(("ended", "expected"), [(10, 10_00), (11, 5_00)])
    def test_counts_a_price_that_ended_within_the_thirty_days(self, ended, expected):
        history = price(5_00, 0, ended), price(10_00, ended, 40)

        assert lowest(*history, price(8_00, 40, beside=10_00), on=41) == expected

    def test_stays_the_same_however_long_the_reduction_lasts(self):
        history = price(10_00, 0, 10), price(8_00, 10, beside=10_00)

        assert {lowest(*history, on=n) for n in (10, 25, 45, 99)} == {10_00}

    def test_begins_anew_when_the_price_falls_further(self):
        steps = price(10_00, 0, 10), price(9_00, 10, 20, beside=10_00)

        assert lowest(*steps, price(8_00, 20, beside=10_00), on=21) == 9_00

    def test_goes_on_when_only_the_regular_price_is_told_otherwise(self):
        steps = price(10_00, 0, 10), price(8_00, 10, 20, beside=10_00)

        assert lowest(*steps, price(8_00, 20, beside=12_00), on=21) == 10_00

    def test_shows_a_reduction_from_a_price_that_nobody_paid_for_what_it_is(self):
        before = price(8_00, 0, 40)

        assert lowest(before, price(8_00, 40, beside=12_00), on=41) == 8_00

    def test_is_none_where_nothing_is_announced(self):
        assert lowest(price(10_00, 0, 10), price(8_00, 10), on=11) is None

    def test_is_none_for_what_was_not_sold_before(self):
        assert lowest(price(8_00, 0, beside=10_00), on=11) is None

    def test_is_none_when_it_is_not_sold(self):
        assert lowest(price(8_00, 0, 10, beside=10_00), on=11) is None

    def test_counts_what_a_list_charged_everybody(self):
        flash = price(7_00, 0, price_list=listed("flash", first=20, last=21))

        assert lowest(price(10_00, 0, 40), flash, price(9_00, 40, beside=10_00), on=41) == 7_00


spans = st.tuples(st.integers(0, HORIZON - 1), st.one_of(st.none(), st.integers(1, 60)))


@st.composite
def recorded(draw):
    first, length = draw(spans)
    amount = draw(st.integers(1, 6))
    in_list = None
    if draw(st.booleans()):
        begin, lasts = draw(spans)
        code = draw(st.sampled_from("abcdef"))
        in_list = listed(
            code,
            begin,
            lasts and begin + lasts,
            market=draw(st.sampled_from([None, UUID(int=1), UUID(int=2)])),
            group=draw(st.sampled_from(["", "staff"])),
            priority=draw(st.integers(0, 2)),
        )
    return price(
        amount,
        first,
        length and first + length,
        beside=draw(st.sampled_from([None, 10])),
        units=draw(st.integers(1, 2)),
        price_list=in_list,
    )


histories = st.lists(recorded(), max_size=6)


class TestHistories:
    @given(histories, st.integers(0, HORIZON - 1))
    def test_say_of_every_day_what_a_quote_would(self, prices, n):
        periods = in_force(prices, market=HERE, since=DAY_0, until=day(HORIZON))

        quoted = resolve(candidates(prices, market=HERE, at=day(n)), units=1)
        [there] = [x for x in periods if x.valid_from <= day(n) < x.valid_until] or [None]
        assert (quoted and quoted.amount_minor) == (there and there.amount_minor)

    @given(histories)
    def test_are_in_order_without_overlap_and_without_needless_cuts(self, prices):
        periods = in_force(prices, market=HERE, since=DAY_0, until=day(HORIZON))

        for one, other in pairwise(periods):
            assert one.valid_until <= other.valid_from
            assert one.valid_until < other.valid_from or (
                (one.amount_minor, one.compare_at_minor)
                != (other.amount_minor, other.compare_at_minor)
            )

    @given(
        st.lists(st.tuples(st.integers(1, 5), st.sampled_from([None, 10])), min_size=1, max_size=90)
    )
    def test_of_one_price_a_day_have_the_lowest_that_counting_days_finds(self, daily):
        prices = [price(x, n, n + 1, beside=beside) for n, (x, beside) in enumerate(daily)]
        last = len(daily) - 1

        found = lowest(*prices, on=last)

        amount, beside = daily[last]
        began = last
        while began and daily[began - 1][0] == amount and daily[began - 1][1] is not None:
            began -= 1
        before = [x for x, _ in daily[max(began - 30, 0) : began]]
        assert found == (min(before, default=None) if beside else None)

    def test_need_a_price_in_force(self):
        assert lowest_before_reduction([], at=DAY_0) is None
        past = Period(
            amount_minor=1, compare_at_minor=2, valid_from=DAY_0, valid_until=day(1), price_id=None
        )
        assert lowest_before_reduction([past], at=day(2)) is None
