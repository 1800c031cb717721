"""What a quote lets promotions see of its lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commerce.catalog.interface.dto import IntervalUnit, PlanKind, PlanTerms, Quote, QuotedLine
from commerce.catalog.promotions.terms import Selection
from commerce.catalog.promotions.with_promotions import Asker, with_promotions
from commerce.shared.ids import new_id
from tests.unit.catalog.promotions.made import NOON, promotion, usd

COFFEE = PlanTerms(
    plan_id=new_id(),
    code="coffee",
    version=1,
    title="Coffee",
    kind=PlanKind.ACCESS,
    interval_unit=IntervalUnit.MONTH,
    interval_count=1,
    trial_days=0,
    feature="coffee",
    price=usd(10_00),
)
LINE = QuotedLine(
    title="Coffee",
    quantity=1,
    unit_price=usd(10_00),
    discount=usd(0),
    total=usd(10_00),
    tax_category="general",
    requires_shipping=False,
    needs_approval=False,
    weight_g=0,
)


@pytest.mark.parametrize(
    ("line", "total"),
    [
        (replace(LINE, plan=COFFEE), 9_00),
        (replace(LINE, plan=replace(COFFEE, trial_days=7)), 10_00),
        (replace(LINE, sku="mug"), 9_00),
        (replace(LINE, sku="gift", is_gift_card=True), 10_00),
    ],
    ids=["plan", "trial", "goods", "gift_card"],
)
def test_is_taken_off_what_is_neither_free_nor_money(line, total):
    quote = Quote(currency="USD", lines=[line], total=line.total, quoted_at=NOON)
    named = Selection(plans=["coffee"], skus=["mug", "gift"])

    found = with_promotions(
        quote, [promotion(percent=10, targets=named)], places={}, gifts={}, asker=Asker()
    )

    assert found.total == usd(total)
