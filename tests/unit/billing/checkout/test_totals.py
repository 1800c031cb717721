"""Totals: whatever is sold wherever, the parts add up to the whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.checkout.totals import priced
from commerce.billing.tax.rates import TaxRates, TaxUnknown
from commerce.catalog.interface.services import (
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


def total(*lines, delivery=0, country="DE"):
    quote = Quote(currency="EUR", lines=list(lines), total=Money(0, "EUR"), quoted_at=NOON)
    return priced(quote, delivery=Money(delivery, "EUR"), country=country, rates=RATES)


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
    )
    def test_add_up(self, lines, delivery):
        made = total(*lines, delivery=delivery)

        assert made.totals.total == (
            Money.sum((line.total for line in made.lines), currency="EUR")
            + made.delivery
            + made.delivery_tax
        )
        assert made.totals.total == (
            made.totals.items - made.totals.discount + made.totals.delivery + made.totals.tax
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
