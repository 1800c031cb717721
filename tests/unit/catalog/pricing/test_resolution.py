"""Which price wins: a total order, whatever order the prices are found in."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.pricing.resolution import Candidate, ListRank, resolve


def in_list(code="a", *, amount=9_00, priority=0, group=False, market=False, units=1):
    rank = ListRank(code=code, priority=priority, is_of_group=group, is_of_market=market)
    return Candidate(amount_minor=amount, min_quantity=units, price_list=rank)


def base(amount=10_00, *, units=1):
    return Candidate(amount_minor=amount, min_quantity=units)


lists = st.builds(
    in_list,
    st.sampled_from("abc"),
    amount=st.integers(0, 10),
    priority=st.integers(-1, 1),
    group=st.booleans(),
    market=st.booleans(),
    units=st.integers(1, 5),
)
candidates = st.lists(
    st.one_of(lists, st.builds(base, st.integers(0, 10), units=st.integers(1, 5))),
    max_size=8,
    # A list has one rank, and one price for a quantity.
    unique_by=lambda x: (x.price_list and x.price_list.code, x.min_quantity),
)


class TestResolve:
    def test_takes_the_list_meant_for_fewer(self):
        found = [base(), in_list("a"), in_list("b", market=True), in_list("c", group=True)]

        assert resolve(found, units=1) == found[3]

    def test_takes_the_first_list_even_where_another_is_cheaper(self):
        dear, cheap = in_list("a", amount=9_00, priority=1), in_list("b", amount=1_00)

        assert resolve([cheap, dear], units=1) == dear

    def test_takes_the_highest_tier_reached_within_the_list(self):
        tiers = [in_list(amount=amount, units=units) for units, amount in ((1, 9), (5, 8), (9, 7))]

        assert [resolve(tiers, units=n).amount_minor for n in (1, 4, 5, 8, 9, 50)] == [
            *(9, 9, 8, 8, 7, 7),
        ]

    def test_finds_nothing_below_every_tier(self):
        assert resolve([base(units=2)], units=1) is None

    @given(candidates, st.randoms(use_true_random=False), st.integers(1, 6))
    def test_does_not_depend_on_the_order_they_are_found_in(self, found, chance, units):
        shuffled = list(found)
        chance.shuffle(shuffled)

        assert resolve(found, units=units) == resolve(shuffled, units=units)

    @given(candidates, st.integers(1, 6))
    def test_gives_the_base_only_where_no_list_has_a_price(self, found, units):
        winner = resolve(found, units=units)

        reached = [x for x in found if x.min_quantity <= units]
        assert (winner is None) == (not reached)
        if winner and winner.price_list is None:
            assert all(x.price_list is None for x in reached)
        if winner and winner.price_list:
            assert all(
                x.price_list.priority <= winner.price_list.priority for x in reached if x.price_list
            )
