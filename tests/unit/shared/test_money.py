"""Money: whole minor units, one currency, and splits that add up."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commerce.shared.money import EXPONENTS, CurrencyMismatch, Money

minors = st.integers(min_value=-(10**18), max_value=10**18)
currencies = st.sampled_from(sorted(EXPONENTS))
money = st.builds(Money, minors, currencies)
weights = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=30)


class TestMoney:
    @pytest.mark.parametrize("minor", [1.0, "1", True, None, Decimal(1)])
    def test_is_whole(self, minor):
        with pytest.raises(TypeError):
            Money(minor, "EUR")

    @pytest.mark.parametrize("currency", ["eur", "EURO", "", "XXX", "XAU", "ABC", None])
    def test_has_a_currency_in_use(self, currency):
        with pytest.raises(ValueError, match="ISO 4217"):
            Money(1, currency)

    @pytest.mark.parametrize(
        ("currency", "exponent"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLP", 0), ("HUF", 2)]
    )
    def test_knows_how_many_digits_a_currency_has(self, currency, exponent):
        assert Money(1, currency).exponent == exponent

    def test_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            Money(1, "EUR").minor = 2

    def test_reads_as_people_write_it(self):
        assert str(Money(-1234_50, "EUR")) == "-1,234.50 EUR"
        assert str(Money(1234, "JPY")) == "1,234 JPY"
        assert str(Money(1, "KWD")) == "0.001 KWD"

    @pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
    def test_of_two_currencies_never_meets(self, operation):
        with pytest.raises(CurrencyMismatch):
            getattr(Money(1, "EUR"), operation)(Money(1, "USD"))

    @given(minors, minors)
    def test_adds_and_subtracts_like_its_minor_units(self, a, b):
        assert Money(a, "EUR") + Money(b, "EUR") == Money(a + b, "EUR")
        assert Money(a, "EUR") - Money(b, "EUR") == Money(a - b, "EUR")
        assert -Money(a, "EUR") == Money(-a, "EUR")
        assert Money(a, "EUR") * 3 == Money(3 * a, "EUR")
        assert (Money(a, "EUR") < Money(b, "EUR")) == (a < b)
        assert (Money(a, "EUR") <= Money(b, "EUR")) == (a <= b)

    def test_of_nothing_still_has_a_currency(self):
        assert Money.sum([], currency="JPY") == Money(0, "JPY")
        assert not Money.zero("JPY")

    def test_sums_one_currency_only(self):
        with pytest.raises(CurrencyMismatch):
            Money.sum([Money(1, "EUR"), Money(1, "USD")], currency="EUR")

    @given(money)
    def test_survives_the_way_to_major_units_and_back(self, amount):
        assert Money.from_decimal(amount.to_decimal(), amount.currency) == amount

    @pytest.mark.parametrize(
        ("major", "minor"), [("12.345", 1235), ("12.3449", 1234), ("-12.345", -1235), ("0.005", 1)]
    )
    def test_rounds_major_units_half_up(self, major, minor):
        assert Money.from_decimal(Decimal(major), "EUR") == Money(minor, "EUR")


class TestTimes:
    @pytest.mark.parametrize(
        ("minor", "factor", "result"),
        [
            (1, "0.5", 1),
            (-1, "0.5", -1),
            (1, "0.49", 0),
            (25, "0.1", 3),
            (35, "0.1", 4),
            (100, "0", 0),
        ],
    )
    def test_rounds_half_away_from_zero(self, minor, factor, result):
        assert Money(minor, "EUR").times(Decimal(factor)) == Money(result, "EUR")

    @given(money, st.fractions(min_value=-1000, max_value=1000))
    def test_is_never_more_than_half_a_unit_off(self, amount, factor):
        assert abs(amount.times(factor).minor - amount.minor * factor) <= Fraction(1, 2)

    @given(money, st.fractions(min_value=0, max_value=1000))
    def test_treats_both_signs_alike(self, amount, factor):
        assert (-amount).times(factor) == -(amount.times(factor))
        assert amount.times(-factor) == -(amount.times(factor))

    @given(money, st.integers(min_value=-1000, max_value=1000))
    def test_is_exact_for_whole_numbers(self, amount, count):
        assert amount.times(count) == amount * count


class TestAllocate:
    @given(money, weights)
    @example(Money(1, "EUR"), [0, 0, 0])
    @example(Money(-1, "JPY"), [1, 1])
    def test_gives_away_the_whole_and_no_more(self, amount, shares):
        parts = amount.allocate(shares)

        assert len(parts) == len(shares)
        assert Money.sum(parts, currency=amount.currency) == amount

    @given(money, weights)
    def test_treats_both_signs_alike(self, amount, shares):
        assert (-amount).allocate(shares) == [-part for part in amount.allocate(shares)]

    @given(money, weights)
    def test_gives_each_its_exact_share_to_less_than_a_unit(self, amount, shares):
        total = sum(shares) or len(shares)
        for part, share in zip(amount.allocate(shares), shares if any(shares) else [1] * len(shares), strict=True):  # fmt: skip
            assert abs(part.minor - Fraction(amount.minor * share, total)) < 1

    @given(money, weights.filter(any))
    def test_gives_nothing_to_who_has_no_share(self, amount, shares):
        parts = amount.allocate(shares)

        assert all(not part for part, share in zip(parts, shares, strict=True) if share == 0)

    @given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=30))
    def test_gives_the_remainder_of_equal_shares_to_the_earlier(self, minor, count):
        parts = [part.minor for part in Money(minor, "EUR").allocate([7] * count)]

        assert parts == sorted(parts, reverse=True)
        assert max(parts) - min(parts) <= 1

    @given(minors.filter(lambda minor: minor >= 0), weights)
    def test_never_gives_less_for_a_greater_share(self, minor, shares):
        parts = Money(minor, "EUR").allocate(shares)
        by_share = sorted(zip(shares, parts, strict=True), key=lambda pair: pair[0])

        for (small, less), (great, more) in itertools.pairwise(by_share):
            assert small == great or less <= more

    def test_gives_the_remainder_to_the_largest_remainder_first(self):
        parts = Money(100, "EUR").allocate([1, 1, 1])
        uneven = Money(10, "EUR").allocate([3, 3, 5])

        assert [part.minor for part in parts] == [34, 33, 33]
        assert [part.minor for part in uneven] == [3, 3, 4]

    @pytest.mark.parametrize("shares", [[], [1, -1]])
    def test_refuses_shares_that_make_no_sense(self, shares):
        with pytest.raises(ValueError, match=r"nothing to allocate to|negative"):
            Money(1, "EUR").allocate(shares)
