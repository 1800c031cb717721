"""What a stack of promotions takes off, and why others take nothing."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.promotions.terms import Selection
from commerce.shared.ids import new_id
from tests.unit.catalog.promotions.made import (
    evaluated,
    line,
    off_by_line,
    promotion,
    reasons,
    taken,
    usd,
)

MUG, POT = line(12_50, 2, sku="mug"), line(30_00, sku="pot")


class TestEffects:
    def test_percent_rounds_each_line_by_itself(self):
        lines = [line(1_06), line(2_06)]

        assert off_by_line(evaluated(lines, promotion(percent=10)), lines) == [11, 21]

    def test_percent_of_the_order_rounds_once_and_shares(self):
        lines = [line(1_06), line(2_06)]

        assert off_by_line(evaluated(lines, promotion("order", percent=10)), lines) == [11, 20]

    def test_fixed_is_off_each_unit_and_never_more_than_the_line(self):
        lines = [MUG, line(3_00, sku="spoon")]

        assert off_by_line(evaluated(lines, promotion(fixed=5_00)), lines) == [10_00, 3_00]

    def test_fixed_off_the_order_is_never_more_than_the_order(self):
        lines = [MUG, POT]

        found = evaluated(lines, promotion("order", fixed=100_00))

        assert off_by_line(found, lines) == [25_00, 30_00]

    def test_price_is_what_each_unit_costs_where_it_cost_more(self):
        lines = [MUG, line(9_00, sku="cup")]

        assert off_by_line(evaluated(lines, promotion(price=10_00)), lines) == [5_00, 0]

    def test_price_of_a_set_takes_the_dearest_units(self):
        lines = [line(8_00, 2, sku="a"), line(10_00, 2, sku="b")]

        # 10 + 10 + 8 for 20; the fourth unit is no set.
        found = evaluated(lines, promotion(price=20_00, quantity=3))

        assert sum(off_by_line(found, lines)) == 8_00

    def test_price_of_a_set_that_would_cost_more_is_not_taken(self):
        lines = [line(10_00, 2, sku="a"), line(1_00, 2, sku="b")]

        found = evaluated(lines, promotion(price=15_00, quantity=2))

        assert sum(off_by_line(found, lines)) == 5_00

    def test_sets_are_limited(self):
        lines = [line(10_00, 9)]

        found = evaluated(lines, promotion(price=20_00, quantity=3, sets_max=2))

        assert off_by_line(found, lines) == [20_00]

    @pytest.mark.parametrize(
        ("mugs", "pots", "off"), [(2, 1, 30_00), (1, 1, 0), (4, 1, 30_00), (4, 3, 60_00)]
    )
    def test_what_is_got_may_be_something_else(self, mugs, pots, off):
        lines = [line(12_50, mugs, sku="mug"), line(30_00, pots, sku="pot")]

        found = evaluated(
            lines,
            promotion(
                effect="buy_x_get_y",
                buy_quantity=2,
                get_quantity=1,
                buys=Selection(skus=["mug"]),
                targets=Selection(skus=["pot"]),
            ),
        )

        assert off_by_line(found, lines) == [0, off]

    def test_no_unit_is_both_bought_and_got(self):
        lines = [line(10_00, 3)]

        found = evaluated(lines, promotion(effect="buy_x_get_y", buy_quantity=2, get_quantity=2))

        assert found.applied == []

    def test_the_second_may_cost_half(self):
        lines = [line(10_01, 1, sku="a"), line(20_00, 1, sku="b")]

        found = evaluated(lines, promotion(effect="buy_x_get_y", percent=50))

        assert off_by_line(found, lines) == [5_01, 0]

    def test_a_gift_is_worth_its_price(self):
        found = evaluated(
            [MUG],
            promotion("order", effect="gift", gift_sku="spoon", quantity=2),
            gifts={"spoon": 3_00},
        )

        assert [x.worth for x in found.applied] == [usd(6_00)]

    def test_a_gift_that_is_not_sold_is_not_given(self):
        found = evaluated([MUG], promotion("order", effect="gift", gift_sku="spoon"))

        assert reasons(found) == ["gift_not_available"]

    def test_a_cap_is_shared_by_what_each_would_have_had(self):
        lines = [line(120_00), line(230_00), line(300_00)]

        found = evaluated(lines, promotion(percent=15, cap=50_00))

        assert off_by_line(found, lines) == [9_23, 17_69, 23_08]
        assert {part.why for part in found.applied[0].parts} == {"share of at most 50.00 USD"}


class TestWhatItSelects:
    @pytest.mark.parametrize(
        ("selection", "off"),
        [
            (Selection(), [1_00, 1_00]),
            (Selection(skus=["mug"]), [1_00, 0]),
            (Selection(categories=["kitchen"]), [1_00, 1_00]),
            (Selection(categories=["cups"]), [1_00, 0]),
            (Selection(collections=["sale"]), [0, 1_00]),
            (Selection(skus=["mug"], collections=["sale"]), [1_00, 1_00]),
        ],
    )
    def test_is_what_any_name_fits(self, selection, off):
        lines = [
            line(10_00, sku="mug", categories=frozenset({"kitchen", "cups"})),
            line(
                10_00,
                sku="pot",
                categories=frozenset({"kitchen"}),
                collections=frozenset({"sale"}),
            ),
        ]

        assert off_by_line(evaluated(lines, promotion(percent=10, targets=selection)), lines) == off

    def test_is_a_product_by_its_id(self):
        product = new_id()
        lines = [line(10_00, product_id=product), line(10_00, product_id=new_id())]

        found = evaluated(lines, promotion(percent=10, targets=Selection(products=[product])))

        assert off_by_line(found, lines) == [1_00, 0]

    def test_is_not_what_is_excluded(self):
        lines = [MUG, POT]

        found = evaluated(lines, promotion(percent=10, excluded=Selection(skus=["mug"])))

        assert off_by_line(found, lines) == [0, 3_00]

    def test_is_never_a_plan_unless_it_is_named(self):
        lines = [line(5_00, sku=None, plan="club"), MUG]

        assert off_by_line(evaluated(lines, promotion(percent=10)), lines) == [0, 2_50]
        named = promotion(percent=10, targets=Selection(plans=["club"]))
        assert off_by_line(evaluated(lines, named), lines) == [50, 0]

    def test_is_never_a_gift_card(self):
        lines = [dataclasses.replace(POT, is_promotable=False)]

        assert reasons(evaluated(lines, promotion(percent=10))) == ["not_applicable"]


class TestConditions:
    @pytest.mark.parametrize(
        ("words", "asked", "reason"),
        [
            ({"minimum_total": 55_01}, {}, "minimum_not_reached"),
            ({"minimum_quantity": 4}, {}, "minimum_not_reached"),
            ({"currency": "EUR"}, {}, "other_currency"),
            ({"markets": ["eu"]}, {"market": "us"}, "other_market"),
            ({"customer_groups": ["vip"]}, {}, "not_for_this_customer"),
            ({"first_order_only": True}, {"is_first_order": False}, "not_first_order"),
            ({"first_order_only": True}, {}, "first_order_unknown"),
            ({"budget": 5_49}, {}, "budget_spent"),
        ],
    )
    def test_stand_against_it(self, words, asked, reason):
        assert reasons(evaluated([MUG, POT], promotion(percent=10, **words), **asked)) == [reason]

    @pytest.mark.parametrize(
        ("words", "asked"),
        [
            ({"minimum_total": 55_00}, {}),
            ({"minimum_quantity": 3}, {}),
            ({"currency": "USD"}, {}),
            ({"markets": ["eu", "us"]}, {"market": "us"}),
            ({"customer_groups": ["vip"]}, {"customer_group": "vip"}),
            ({"first_order_only": True}, {"is_first_order": True}),
            ({"budget": 5_50}, {}),
        ],
    )
    def test_are_fulfilled_exactly_at_the_border(self, words, asked):
        found = evaluated([MUG, POT], promotion(percent=10, **words), **asked)

        assert [x.worth for x in found.applied] == [usd(5_50)]

    def test_minimums_count_only_what_is_selected(self):
        found = evaluated(
            [MUG, POT],
            promotion(percent=10, targets=Selection(skus=["mug"]), minimum_total=25_01),
        )

        assert reasons(found) == ["minimum_not_reached"]


class TestStacks:
    def test_stop_where_one_stops_the_lane_and_go_on_in_the_next(self):
        found = evaluated(
            [POT],
            promotion(percent=10, priority=2, stops_lane=True),
            promotion(percent=10, title="late"),
            promotion("order", percent=10, title="next lane"),
        )

        assert [x.worth.minor for x in found.applied] == [3_00, 2_70]
        assert reasons(found) == ["stopped_by_another"]

    def test_say_who_was_outdone(self):
        found = evaluated(
            [POT],
            promotion(percent=10, group="best", code="TEN"),
            promotion(percent=20, group="best", code="TWENTY"),
        )

        assert [x.candidate.code for x in found.applied] == ["TWENTY"]
        assert [(x.candidate.code, x.reason) for x in found.refused] == [
            ("TEN", "outdone_by_another")
        ]

    def test_let_the_earlier_of_equals_win(self):
        first, second = (promotion(percent=10, group="best", title=x) for x in ("1st", "2nd"))

        found = evaluated([POT], second, first)

        assert [x.candidate.title for x in found.applied] == ["1st"]

    def test_use_a_promotion_once_however_many_of_its_codes_are_given(self):
        one = promotion(percent=10, code="AAA")

        found = evaluated([POT], one, dataclasses.replace(one, code="BBB"))

        assert [x.worth.minor for x in found.applied] == [3_00]
        assert reasons(found) == ["used_already"]

    def test_take_the_code_that_works(self):
        one = promotion(percent=10, code="GOOD")

        found = evaluated(
            [POT], dataclasses.replace(one, code="USED", refusal="limit_reached"), one
        )

        assert [x.candidate.code for x in found.applied] == ["GOOD"]

    def test_explain_every_cent(self):
        lines = [MUG, POT]

        found = evaluated(
            lines, promotion(percent="12.5", priority=1), promotion("order", fixed=5_00)
        )

        assert [
            (part.amount.minor, part.why) for applied in found.applied for part in applied.parts
        ] == [
            (3_13, "12.5% of 25.00 USD"),
            (3_75, "12.5% of 30.00 USD"),
            (2_27, "share of 5.00 USD"),
            (2_73, "share of 5.00 USD"),
        ]


# Any stack over any lines.

SKUS = st.sampled_from(["a", "b", "c"])
SELECTIONS = st.one_of(
    st.just(Selection()), st.lists(SKUS, min_size=1, unique=True).map(lambda x: Selection(skus=x))
)
LINES = st.lists(
    st.builds(
        line,
        st.integers(0, 1_000_00),
        st.integers(1, 10_000),
        sku=SKUS,
    ),
    min_size=1,
    max_size=6,
)
AMOUNT = st.integers(0, 2_000_00)
PERCENT = st.decimals("0.001", 100, places=3)
WORDS = st.one_of(
    st.fixed_dictionaries({"percent": PERCENT}),
    st.fixed_dictionaries({"fixed": AMOUNT}),
)
ITEM_WORDS = st.one_of(
    WORDS,
    st.fixed_dictionaries({"price": AMOUNT, "quantity": st.integers(1, 5)}),
    st.fixed_dictionaries(
        {
            "effect": st.just("buy_x_get_y"),
            "percent": PERCENT,
            "buy_quantity": st.integers(1, 4),
            "get_quantity": st.integers(1, 4),
            "buys": SELECTIONS,
        }
    ),
)
MORE = st.fixed_dictionaries(
    {
        "targets": SELECTIONS,
        "priority": st.integers(-2, 2),
        "group": st.sampled_from(["", "", "best"]),
        "stops_lane": st.booleans(),
    },
    optional={"cap": AMOUNT, "sets_max": st.integers(1, 9), "minimum_total": AMOUNT},
)
PROMOTIONS = st.one_of(
    st.builds(lambda words, more: promotion("item", **more | words), ITEM_WORDS, MORE),
    st.builds(lambda words, more: promotion("order", **more | words), WORDS, MORE),
)


class TestAnyStackOverAnyLines:
    @given(LINES, st.lists(PROMOTIONS, max_size=6))
    def test_never_makes_a_line_negative(self, lines, promotions):
        offs = off_by_line(evaluated(lines, *promotions), lines)

        assert all(0 <= off <= before.total.minor for off, before in zip(offs, lines, strict=True))

    @given(LINES, st.lists(PROMOTIONS, max_size=6))
    def test_has_parts_that_sum_to_the_whole(self, lines, promotions):
        found = evaluated(lines, *promotions)

        for applied, parts in zip(found.applied, taken(found, lines), strict=True):
            assert sum(parts) == applied.worth.minor > 0
            assert all(part.amount.minor > 0 and part.why for part in applied.parts)

    @given(LINES, st.lists(PROMOTIONS, max_size=6))
    def test_answers_for_every_promotion_and_always_the_same(self, lines, promotions):
        found = evaluated(lines, *promotions)

        assert found == evaluated(lines, *reversed(promotions))
        assert len(found.applied) + len(found.refused) == len(promotions)

    @given(LINES, st.integers(0, 5_000_00))
    def test_shares_an_amount_within_a_cent_of_what_is_fair(self, lines, amount):
        offs = off_by_line(evaluated(lines, promotion("order", fixed=amount)), lines)

        whole = sum(x.total.minor for x in lines)
        for off, x in zip(offs, lines, strict=True):
            assert not whole or abs(off * whole - min(amount, whole) * x.total.minor) < whole
