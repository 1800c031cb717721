"""Credits: parts of a line that always add up to the line, and never to more."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.invoices.credits import (
    LineCredit,
    QuantityExceedsRefundable,
    RefundExceedsBalance,
    credit_amount,
    credit_rest,
    credit_units,
)
from commerce.billing.invoices.models import InvoiceLine
from commerce.billing.tax.rates import tax_on, tax_within
from commerce.shared.money import Money


def line(net=25_00, quantity=2, percent="19", **state) -> InvoiceLine:
    tax = tax_on(Money(net, "EUR"), percent=Decimal(percent)).minor
    return InvoiceLine(
        quantity=quantity,
        net_minor=net,
        tax_minor=tax,
        total_minor=net + tax,
        currency="EUR",
        **state,
    )


def book(credit: LineCredit) -> LineCredit:
    """What issuing the note does to the line."""
    row = credit.line
    row.credited_quantity += credit.quantity
    row.credited_net_minor += credit.net.minor
    row.credited_tax_minor += credit.tax.minor
    row.released_minor += credit.deferred.minor
    return credit


def gross_line(gross=30_00, quantity=3, percent="19", **state) -> InvoiceLine:
    tax = tax_within(Money(gross, "EUR"), percent=Decimal(percent)).minor
    return InvoiceLine(
        quantity=quantity,
        prices_include_tax=True,
        net_minor=gross - tax,
        tax_minor=tax,
        total_minor=gross,
        currency="EUR",
        **state,
    )


lines = st.one_of(
    st.builds(
        make,
        st.integers(0, 10**6),
        quantity=st.integers(1, 50),
        percent=st.sampled_from(["0", "5", "7", "19", "7.7", "25"]),
    )
    for make in (line, gross_line)
)


class TestCreditingUnits:
    def test_gives_the_price_of_each_back_where_prices_include_tax(self):
        row = gross_line(gross=30_00, quantity=3)

        notes = [book(credit_units(row, 1, came_back=False)) for _ in range(3)]

        assert [x.total.minor for x in notes] == [10_00, 10_00, 10_00]
        assert [x.tax.minor for x in notes] == [1_60, 1_60, 1_59]

    @given(lines, st.data())
    def test_one_after_the_other_gives_back_the_whole(self, row, data):
        given_back = 0
        while row.credited_quantity < row.quantity:
            units = data.draw(st.integers(1, row.quantity - row.credited_quantity))
            given_back += book(credit_units(row, units, came_back=False)).total.minor

        assert given_back == row.total_minor
        assert (row.credited_net_minor, row.credited_tax_minor) == (row.net_minor, row.tax_minor)

    def test_gives_the_larger_parts_to_the_earlier_units(self):
        row = line(net=10_00, quantity=3, percent="0")

        parts = [book(credit_units(row, 1, came_back=False)).net.minor for _ in range(3)]

        assert parts == [3_34, 3_33, 3_33]

    def test_knows_how_many_are_left(self):
        row = line(credited_quantity=1)

        with pytest.raises(QuantityExceedsRefundable) as refused:
            credit_units(row, 2, came_back=False)

        assert refused.value.refundable == 1

    def test_gives_less_for_what_was_lowered_before(self):
        row = line(net=20_00, quantity=2, percent="0")
        book(credit_amount([row], Money(15_00, "EUR"))[0])

        assert credit_units(row, 2, came_back=True).total == Money(5_00, "EUR")


class TestCreditingAnAmount:
    @given(st.lists(lines, min_size=1, max_size=6), st.data())
    def test_gives_exactly_that_and_no_line_more_than_it_has(self, rows, data):
        left = sum(row.total_minor for row in rows)
        minor = data.draw(st.integers(0, left))

        made = [book(credit) for credit in credit_amount(rows, Money(minor, "EUR"))]

        assert sum(credit.total.minor for credit in made) == minor
        for row in rows:
            assert 0 <= row.credited_net_minor <= row.net_minor
            assert 0 <= row.credited_tax_minor <= row.tax_minor

    @given(st.lists(lines, min_size=1, max_size=4), st.lists(st.integers(1, 10**4), max_size=5))
    def test_in_any_parts_is_the_whole(self, rows, parts):
        left = sum(row.total_minor for row in rows)
        for minor in parts:
            part = min(minor, left)
            for credit in credit_amount(rows, Money(part, "EUR")):
                book(credit)
            left -= part
        for credit in credit_rest(rows):
            book(credit)

        assert all(row.credited_net_minor == row.net_minor for row in rows)
        assert all(row.credited_tax_minor == row.tax_minor for row in rows)

    def test_refuses_more_than_is_left(self):
        with pytest.raises(RefundExceedsBalance) as refused:
            credit_amount([line(percent="0")], Money(25_01, "EUR"))

        assert refused.value.refundable == Money(25_00, "EUR")


class TestWhereTheNetComesFrom:
    @given(lines, st.data())
    def test_is_always_accounted_for(self, row, data):
        row.recognized_minor = data.draw(st.integers(0, row.net_minor))
        while row.credited_quantity < row.quantity:
            units = data.draw(st.integers(1, row.quantity - row.credited_quantity))
            book(credit_units(row, units, came_back=data.draw(st.booleans())))
            assert row.recognized_minor + row.released_minor <= row.net_minor
            assert row.released_minor <= row.credited_net_minor

    def test_is_revenue_for_what_came_back(self):
        row = line(net=20_00, percent="0", recognized_minor=20_00)

        assert credit_units(row, 1, came_back=True).earned == Money(10_00, "EUR")

    def test_is_what_was_not_earned_yet_for_what_never_left(self):
        row = line(net=20_00, percent="0", recognized_minor=10_00)

        assert credit_units(row, 1, came_back=False).deferred == Money(10_00, "EUR")
