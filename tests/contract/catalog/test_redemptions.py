"""What catalog promises about promotions in quotes and their uses, asked of it and of its fake alike."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from commerce.catalog.interface import services as catalog
from commerce.catalog.interface.services import QuoteLine
from commerce.shared.db import NeighbourCalledInTransaction
from commerce.shared.money import Money
from tests.factories.catalog import on_sale, promoted
from tests.fakes.catalog import FakeCatalog

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture(params=["real", "fake"])
def shop(request, monkeypatch):
    """A mug for 12.50; TEN takes a tenth off lines, ONCE does so once, WAY off the delivery."""
    if request.param == "real":
        on_sale("mug", price=12_50)
        promoted(code="TEN", title="Ten")
        promoted(code="ONCE", title="Once", limit_total=1)
        promoted(code="WAY", title="Way", lane="shipping")
        return
    fake = FakeCatalog().install(monkeypatch)
    fake.prices["mug"] = Money(12_50, "USD")
    fake.promote("TEN")
    fake.promote("ONCE", limit=1)
    fake.promote("WAY", lane="shipping")


def quote(*codes, **more):
    return catalog.quote_prices(
        lines=[QuoteLine(sku="mug", quantity=2)],
        currency="USD",
        promotion_codes=codes,
        customer="ada",
        at=NOON,
        **more,
    )


def hold(reference, *codes):
    catalog.hold_redemptions(
        reference=reference,
        customer=reference,
        uses=quote(*codes, reference=reference).promotions,
        expires_at=NOON,
    )


class TestAQuote:
    def test_says_what_is_taken_off_and_why(self):
        quoted = quote("TEN")

        [line] = quoted.lines
        assert line.total == line.unit_price * line.quantity - line.discount == quoted.total
        assert [(x.title, x.code, x.amount.minor, x.base.minor, x.why) for x in line.discounts] == [
            ("Ten", "TEN", 2_50, 25_00, "10% of 25.00 USD")
        ]
        assert [(x.code, x.amount.minor) for x in quoted.promotions] == [("TEN", 2_50)]

    def test_leaves_delivery_to_whoever_knows_its_price(self):
        quoted = quote("WAY")

        offered = catalog.discount_delivery(
            price=Money(5_99, "USD"), promotions=quoted.delivery_promotions
        )

        assert quoted.total == Money(25_00, "USD")
        assert (offered.total.minor, [x.amount.minor for x in offered.discounts]) == (5_39, [60])

    def test_refuses_what_is_used_up_and_says_so(self):
        hold("a", "ONCE")

        quoted = quote("ONCE")

        assert quoted.total == Money(25_00, "USD")
        assert [(x.code, x.reason) for x in quoted.refused_promotions] == [
            ("ONCE", "limit_reached")
        ]

    def test_lets_nobody_stand_in_their_own_way(self):
        hold("a", "ONCE")

        assert quote("ONCE", reference="a").total == Money(22_50, "USD")


class TestHolding:
    def test_may_be_repeated(self):
        hold("a", "ONCE", "TEN")
        hold("a", "ONCE", "TEN")

    def test_is_refused_with_what_the_caller_needs_to_act(self):
        uses = quote("ONCE").promotions
        hold("a", "ONCE")

        with pytest.raises(catalog.PromotionExhausted) as refused:
            catalog.hold_redemptions(reference="b", customer="b", uses=uses, expires_at=NOON)

        assert refused.value.details() == {
            "title": "Once",
            "promotion_code": "ONCE",
            "reason": "limit_reached",
        }

    def test_is_never_asked_for_inside_a_transaction(self):
        with transaction.atomic(), pytest.raises(NeighbourCalledInTransaction):
            catalog.hold_redemptions(reference="a", customer="a", uses=[], expires_at=NOON)
