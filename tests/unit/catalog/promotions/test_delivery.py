"""What promotions take off a delivery: in the order given, and never more than there is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.interface.dto import DeliveryPromotion
from commerce.catalog.promotions.delivery import discounted_delivery
from commerce.shared.ids import new_id
from tests.unit.catalog.promotions.made import usd

AMOUNTS = {"amount", "price", "cap", "budget_left"}


def off(**words):
    return DeliveryPromotion(
        promotion_id=new_id(),
        title="A promotion",
        **{name: usd(x) if name in AMOUNTS else x for name, x in words.items()},
    )


def taken(price, *promotions):
    return [x.amount.minor for x in discounted_delivery(usd(price), promotions).discounts]


HALF, TENTH = {"percent": Decimal(50)}, {"percent": Decimal(10)}


@pytest.mark.parametrize(
    ("promotions", "amounts"),
    [
        ([HALF], [5_00]),
        ([HALF, HALF], [5_00, 2_50]),
        ([{"amount": 3_00}, {"amount": 8_00}], [3_00, 7_00]),
        ([{"price": 4_00}], [6_00]),
        ([{"price": 12_00}], []),
        ([HALF | {"cap": 2_00}], [2_00]),
        ([HALF | {"cap": 5_01}], [5_00]),
        ([HALF | {"budget_left": 5_00}], [5_00]),
        ([HALF | {"budget_left": 4_99}, TENTH], [1_00]),
        ([HALF | {"cap": 2_00, "budget_left": 2_00}], [2_00]),
        ([TENTH | {"stops_lane": True}, HALF], [1_00]),
        ([{"price": 12_00, "stops_lane": True}, HALF], [5_00]),
        ([TENTH | {"group": "best"}, {"amount": 1_00}, HALF | {"group": "best"}], [5_00, 1_00]),
    ],
)
def test_takes_off(promotions, amounts):
    assert taken(10_00, *(off(**words) for words in promotions)) == amounts


def test_of_equals_in_a_group_the_first_counts():
    first, second = off(**HALF, group="best"), off(**HALF, group="best")

    [discount] = discounted_delivery(usd(10_00), [first, second]).discounts

    assert discount.promotion_id == first.promotion_id


@given(
    price=st.integers(0, 10_000),
    promotions=st.lists(
        st.builds(
            lambda kind, size, more: off(
                **({kind: Decimal(size % 101)} if kind == "percent" else {kind: size}), **more
            ),
            st.sampled_from(["percent", "amount", "price"]),
            st.integers(1, 10_000),
            st.fixed_dictionaries(
                {"group": st.sampled_from(["", "best"]), "stops_lane": st.booleans()},
                optional={"cap": st.integers(1, 5_000), "budget_left": st.integers(0, 5_000)},
            ),
        ),
        max_size=5,
    ),
)
def test_leaves_something_or_nothing_and_accounts_for_the_rest(price, promotions):
    found = discounted_delivery(usd(price), promotions)

    assert 0 <= found.total.minor == price - sum(x.amount.minor for x in found.discounts)
