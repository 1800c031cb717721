"""Quoting: plain arithmetic over what is offered."""

import datetime as dt
from uuid import UUID

import pytest

from commerce.catalog.interface.dto import IntervalUnit, PlanKind, PlanTerms, QuoteLine
from commerce.catalog.interface.errors import NoPrice, UnknownPlan, UnknownSku
from commerce.catalog.pricing.quote import Offer, quote_lines
from commerce.shared.money import Money

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
MEMBERSHIP = PlanTerms(
    plan_id=UUID(int=1),
    code="membership",
    version=3,
    title="Membership",
    kind=PlanKind.ACCESS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=0,
    feature="membership",
    price=Money(5_00, "EUR"),
)


def offer(amount_minor, **facts):
    return Offer(
        **{
            "title": "Mug",
            "amount_minor": amount_minor,
            "tax_category": "general",
            "requires_shipping": True,
            "needs_approval": False,
            "weight_g": 300,
            **facts,
        }
    )


def quote(*lines, currency="EUR", **offers):
    return quote_lines(
        lines,
        offer_by_sku={"mug": offer(12_50, sku="mug"), "unpriced": offer(None), **offers},
        offer_by_plan={"membership": offer(5_00, title="Membership", plan=MEMBERSHIP)},
        currency=currency,
        at=NOON,
    )


class TestQuoteLines:
    def test_multiplies_and_adds(self):
        quoted = quote(QuoteLine(sku="mug", quantity=3), QuoteLine(plan="membership", quantity=2))

        assert [line.total for line in quoted.lines] == [Money(37_50, "EUR"), Money(10_00, "EUR")]
        assert quoted.total == Money(47_50, "EUR")
        assert quoted.quoted_at == NOON

    def test_keeps_the_order_of_the_lines_and_lines_that_are_alike(self):
        quoted = quote(
            QuoteLine(plan="membership", quantity=1),
            QuoteLine(sku="mug", quantity=1),
            QuoteLine(sku="mug", quantity=2),
        )

        assert [line.title for line in quoted.lines] == ["Membership", "Mug", "Mug"]
        assert [line.quantity for line in quoted.lines] == [1, 1, 2]

    def test_hands_on_what_a_line_needs_to_be_taxed_and_delivered(self):
        [line] = quote(QuoteLine(sku="mug", quantity=1)).lines

        assert (line.tax_category, line.requires_shipping, line.weight_g) == ("general", True, 300)

    def test_hands_on_the_terms_of_a_plan(self):
        [line] = quote(QuoteLine(plan="membership", quantity=1)).lines

        assert line.plan == MEMBERSHIP

    def test_counts_whole_units_of_a_currency_without_cents(self):
        [line] = quote(QuoteLine(sku="mug", quantity=2), currency="JPY").lines

        assert line.total == Money(2500, "JPY")

    def test_costs_nothing_where_the_price_is_zero(self):
        quoted = quote(QuoteLine(sku="gift", quantity=5), gift=offer(0))

        assert quoted.total == Money.zero("EUR")

    def test_is_empty_for_no_lines(self):
        assert quote().total == Money.zero("EUR")

    def test_refuses_what_is_not_sold(self):
        with pytest.raises(UnknownSku) as refused:
            quote(QuoteLine(sku="mug", quantity=1), QuoteLine(sku="cup", quantity=1))

        assert refused.value.sku == "cup"

    def test_refuses_a_plan_that_is_not_offered(self):
        with pytest.raises(UnknownPlan) as refused:
            quote(QuoteLine(plan="mug", quantity=1))

        assert refused.value.plan == "mug"

    def test_refuses_what_has_no_price_in_the_currency(self):
        with pytest.raises(NoPrice) as refused:
            quote(QuoteLine(sku="unpriced", quantity=1))

        assert (refused.value.item, refused.value.currency) == ("unpriced", "EUR")

    @pytest.mark.parametrize(
        "line",
        [
            QuoteLine(quantity=1),
            QuoteLine(sku="mug", plan="membership", quantity=1),
            QuoteLine(sku="mug", quantity=0),
            QuoteLine(sku="mug", quantity=-1),
        ],
    )
    def test_takes_no_line_that_contradicts_itself(self, line):
        with pytest.raises(ValueError, match=r"line|bought"):
            quote(line)
