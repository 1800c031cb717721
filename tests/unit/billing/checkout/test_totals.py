"""Totals: whatever is sold wherever, the parts add up to the whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.checkout.totals import priced
from commerce.billing.tax.rates import TaxRates, TaxUnknown, tax_within
from commerce.catalog.interface.services import (
    DiscountedDelivery,
    IntervalUnit,
    PlanKind,
    PlanTerms,
    Quote,
    QuotedLine,
)
from commerce.shared.money import Money

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
RATES = TaxRates(percents={("DE", "general"): Decimal(19), ("DE", "food"): Decimal(7)})

COFFEE = PlanTerms(
    plan_id=UUID(int=1),
    code="coffee",
    version=1,
    title="Coffee",
    kind=PlanKind.GOODS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=14,
    sku="beans",
)


def quoted(unit=12_50, quantity=1, discount=0, category="general", plan=None):
    return QuotedLine(
        title="x",
        quantity=quantity,
        unit_price=Money(unit, "EUR"),
        discount=Money(discount, "EUR"),
        total=Money(unit * quantity - discount, "EUR"),
        tax_category=category,
        requires_shipping=True,
        needs_approval=False,
        weight_g=1,
        plan=plan,
    )


def total(*lines, delivery=0, country="DE", is_gross=False):
    quote = Quote(
        currency="EUR",
        lines=list(lines),
        total=Money(0, "EUR"),
        quoted_at=NOON,
        prices_include_tax=is_gross,
    )
    price = Money(delivery, "EUR")
    offered = DiscountedDelivery(price=price, total=price)
    return priced(quote, delivery=offered, country=country, rates=RATES)


class TestTotals:
    @given(
        st.lists(
            st.builds(
                quoted,
                unit=st.integers(0, 10**7),
                quantity=st.integers(1, 100),
                category=st.sampled_from(["general", "food", "never heard of"]),
            ),
            min_size=1,
            max_size=8,
        ),
        st.integers(0, 10**4),
        st.booleans(),
    )
    def test_add_up(self, lines, delivery, is_gross):
        made = total(*lines, delivery=delivery, is_gross=is_gross)

        assert made.totals.total == (
            Money.sum((line.total for line in made.lines), currency="EUR") + made.delivery_total
        )
        shown = made.totals.items - made.totals.discount + made.totals.delivery
        assert made.totals.total == (shown if is_gross else shown + made.totals.tax)
        assert made.totals.tax == (
            Money.sum((line.tax for line in made.lines), currency="EUR") + made.delivery_tax
        )

    def test_round_the_tax_of_each_line_half_up(self):
        made = total(quoted(unit=1_50), quoted(unit=50, category="food"))

        # 28.5 and 3.5 cents.
        assert [line.tax.minor for line in made.lines] == [29, 4]

    def test_tax_what_is_left_after_the_discount(self):
        assert total(quoted(unit=10_00, discount=5_00)).totals.tax == Money(95, "EUR")

    def test_tax_delivery_at_the_general_rate(self):
        assert total(quoted(category="food"), delivery=5_00).delivery_tax == Money(95, "EUR")

    def test_do_not_guess_a_countrys_taxes(self):
        with pytest.raises(TaxUnknown):
            total(quoted(), country="FR")

    def test_make_the_first_period_of_a_trial_free_and_ship_nothing_for_it(self):
        made = total(quoted(plan=COFFEE))

        assert (made.totals.total.minor, made.lines[0].discount.minor) == (0, 12_50)
        assert not made.lines[0].requires_shipping


class TestGrossTotals:
    def test_take_the_tax_out_of_what_is_shown(self):
        made = total(quoted(unit=11_90, quantity=2), delivery=5_95, is_gross=True)

        assert (made.totals.total.minor, made.totals.tax.minor) == (29_75, 3_80 + 95)
        assert [(line.total.minor, line.tax.minor) for line in made.lines] == [(23_80, 3_80)]

    def test_round_the_tax_of_each_line_half_up(self):
        # 19/119 of 3 cents is 0.48, of 4 cents 0.64.
        made = total(quoted(unit=3), quoted(unit=4), is_gross=True)

        assert [line.tax.minor for line in made.lines] == [0, 1]

    def test_are_a_tax_of_what_is_left_after_the_discount(self):
        made = total(quoted(unit=23_80, discount=11_90), is_gross=True)

        assert (made.totals.tax.minor, made.totals.total.minor) == (1_90, 11_90)

    @given(st.integers(0, 10**9), st.sampled_from(["0", "5", "7", "19", "7.7", "25", "100"]))
    def test_split_a_price_into_net_and_tax_within_half_a_cent(self, gross, percent):
        tax = tax_within(Money(gross, "EUR"), percent=Decimal(percent))

        net = Fraction(gross) / (1 + Fraction(percent) / 100)
        assert abs(Fraction(gross - tax.minor) - net) <= Fraction(1, 2)
