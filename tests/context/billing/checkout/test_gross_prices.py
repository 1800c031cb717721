"""Prices that include tax: what is shown is what is paid, and the tax is found inside it."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import Invoice, Order, Subscription
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.subscriptions.collect_period import collect_period
from commerce.billing.subscriptions.queries import claim_periods_to_collect
from commerce.billing.subscriptions.run_billing import run_billing
from commerce.catalog.interface.services import PlanKind
from commerce.shared.money import Money
from tests.context.billing.flows import (
    BERLIN,
    HOUR,
    NOON,
    balances,
    bought,
    findings,
    moved,
    mugs,
    ship,
    start,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

FIRST_OF_APRIL = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def european_prices(shop, catalog):
    catalog.prices["mug"] = Money(10_00, "EUR")
    catalog.gross_currencies.add("EUR")


def to_berlin(*lines, **changes):
    return bought(*lines, currency="EUR", shipping_address=BERLIN, **changes)


class TestAGrossCheckout:
    def test_shows_the_tax_and_does_not_add_it(self):
        started = start(*mugs(3), currency="EUR", shipping_address=BERLIN)

        checkout, (line,) = started.checkout, started.lines
        # 19/119 of 30.00 and of the 5.99 for delivery.
        assert (line.total_minor, line.tax_minor) == (30_00, 4_79)
        assert (checkout.total_minor, checkout.tax_minor) == (35_99, 4_79 + 96)
        assert checkout.prices_include_tax

    def test_is_priced_net_where_the_market_is(self, catalog):
        catalog.gross_currencies.clear()

        started = start(*mugs(3), currency="EUR", shipping_address=BERLIN)

        assert started.checkout.total_minor == 35_99 + 5_70 + 1_14


class TestAGrossOrder:
    def test_charges_what_was_shown_and_books_net_and_tax(self, stripe):
        order = to_berlin(*mugs(3))

        invoice = order.invoices.get()
        item, delivery = invoice.lines.all()
        assert moved(stripe) == [35_99]
        assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (30_24, 5_75, 35_99)
        assert (item.unit_price_minor, item.net_minor, item.tax_minor) == (10_00, 25_21, 4_79)
        assert (delivery.net_minor, delivery.total_minor) == (5_03, 5_99)
        assert -5_75 in balances("EUR").values()
        assert findings() == []

    def test_gives_the_price_of_a_unit_back(self, stripe):
        order = to_berlin(*mugs(3))
        ship(order)
        (line,) = order.lines.all()

        for n in (1, 2, 3):
            refund_order(
                order_id=order.id,
                reference=f"unit {n}",
                reason="broken",
                units_by_line={line.id: 1},
                now=NOON + n * HOUR,
            )

        assert moved(stripe, "refund_succeeded") == [10_00, 10_00, 10_00]
        assert findings() == []


class TestAGrossSubscription:
    @pytest.fixture(autouse=True)
    def sold(self, catalog, fulfilment):
        catalog.sell_plan(
            "coffee", Money(11_90, "EUR"), kind=PlanKind.GOODS, sku="beans", feature=None
        )
        fulfilment.stock["beans"] = 5

    def test_renews_at_the_price_it_was_sold_at(self, stripe):
        to_berlin(WantedLine(plan="coffee", quantity=2))

        run_billing(now=FIRST_OF_APRIL)
        for period_id in claim_periods_to_collect(now=FIRST_OF_APRIL, limit=10):
            collect_period(period_id=period_id, now=FIRST_OF_APRIL)

        subscription = Subscription.objects.get()
        renewal = Invoice.objects.get(subscription=subscription)
        (line,) = renewal.lines.all()
        assert (renewal.net_minor, renewal.tax_minor, renewal.total_minor) == (20_00, 3_80, 23_80)
        assert (line.unit_price_minor, line.prices_include_tax) == (11_90, True)
        again = Order.objects.get(subscription=subscription)
        assert (again.items_minor, again.tax_minor, again.total_minor) == (23_80, 3_80, 23_80)
        assert moved(stripe) == [23_80 + 5_99, 23_80]
        assert findings() == []
