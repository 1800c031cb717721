"""What the warehouse tells: shipments earn revenue, arrivals and returns move the status."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import CreditNote, Invoice, InvoiceLine, OrderShipment
from commerce.billing.orders.record_canceled_units import record_canceled_units
from commerce.billing.orders.record_delivery import record_delivery
from commerce.billing.orders.record_shipment import record_shipment
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.orders.settle_return import settle_return
from commerce.catalog.interface.services import PlanKind
from commerce.shared.ids import new_id
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
    told,
)

pytestmark = pytest.mark.usefixtures("shop")


def units(order, **by_sku):
    return {str(line.id): by_sku[line.sku] for line in order.lines.all() if line.sku in by_sku}


def return_(order, return_id=None, at=NOON + HOUR, **by_sku):
    return settle_return(
        order_id=order.id,
        return_id=return_id or new_id(),
        units_by_line=units(order, **by_sku),
        reason="too small",
        received_at=at,
        now=at,
    )


class TestAShipment:
    def test_earns_what_has_left(self, stripe):
        order = bought(*mugs(2), WantedLine(sku="pot", quantity=1))

        ship(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == (
            "partially_fulfilled",
            "partially_fulfilled",
        )
        # One mug, and the delivery with the first parcel.
        assert balances()["revenue"] == -(12_50 + 5_99)
        assert findings() == []

    def test_fulfils_the_order_when_it_is_the_last(self, stripe):
        order = bought()

        ship(order)

        order.refresh_from_db()
        assert (order.status, order.fulfilled_at) == ("fulfilled", NOON + HOUR)
        assert balances() == {"provider_clearing": 30_99, "revenue": -30_99}
        assert len(told("billing.order_fulfilled.v1")) == 1

    def test_earns_to_the_cent_over_all_parcels(self, catalog, stripe):
        catalog.prices["mug"] = Money(10_00, "USD")
        catalog.discounts["mug"] = Money(1, "USD")
        order = bought(*mugs(3))

        for _ in range(3):
            ship(order, mug=1)

        assert balances() == {"provider_clearing": 35_98, "revenue": -35_98}
        assert InvoiceLine.objects.get(kind="item").recognized_minor == 29_99

    def test_counts_once_however_often_it_is_announced(self, stripe):
        order = bought()
        shipment = new_id()

        for _ in range(2):
            record_shipment(
                order_id=order.id,
                shipment_id=shipment,
                units_by_line=units(order, mug=1),
                carrier="ups",
                tracking_number="1Z",
                at=NOON,
            )

        assert order.lines.get().quantity_dispatched == 1
        assert balances()["revenue"] == -(12_50 + 5_99)

    def test_of_more_than_was_ordered_is_refused(self, stripe):
        order = bought()

        with pytest.raises(IntegrityError, match="units_accounted_for"):
            ship(order, mug=3)


class TestAnArrival:
    def test_delivers_the_order_when_all_have_arrived(self, stripe):
        order = bought()
        ship(order, mug=1)
        ship(order, mug=1)
        first, second = OrderShipment.objects.order_by("id")

        record_delivery(order_id=order.id, shipment_id=first.shipment_id, at=NOON)
        order.refresh_from_db()
        assert order.fulfilment_status == "fulfilled"
        record_delivery(order_id=order.id, shipment_id=second.shipment_id, at=NOON)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == ("fulfilled", "delivered")

    def test_may_be_heard_of_before_the_departure(self, stripe):
        order = bought()
        shipment = new_id()

        record_delivery(order_id=order.id, shipment_id=shipment, at=NOON + HOUR)
        record_shipment(
            order_id=order.id,
            shipment_id=shipment,
            units_by_line=units(order, mug=2),
            carrier="ups",
            tracking_number="1Z",
            at=NOON,
        )

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == ("fulfilled", "delivered")


class TestAReturn:
    def test_gives_back_what_was_charged_for_the_units(self, stripe):
        order = bought(shipping_address=BERLIN)
        ship(order)

        return_(order, mug=1)

        order.refresh_from_db()
        # 25.00 at 19 % = 4.75 tax; the first of two units carries 12.50 and 2.38.
        note = CreditNote.objects.get()
        assert (note.net_minor, note.tax_minor) == (12_50, 2_38)
        assert (order.payment_status, order.fulfilment_status) == (
            "partially_refunded",
            "partially_returned",
        )
        assert moved(stripe, "refund_succeeded") == [14_88]
        assert findings() == []

    def test_of_everything_in_parts_is_the_whole(self, stripe):
        order = bought(shipping_address=BERLIN)
        ship(order)

        return_(order, mug=1)
        return_(order, mug=1)

        order.refresh_from_db()
        assert order.fulfilment_status == "returned"
        assert sum(moved(stripe, "refund_succeeded")) == 25_00 + 4_75
        assert balances()["revenue"] == -5_99
        assert findings() == []

    def test_counts_once(self, stripe):
        order = bought()
        ship(order)
        same = new_id()

        return_(order, same, mug=1)
        return_(order, same, mug=1)

        assert moved(stripe, "refund_succeeded") == [12_50]
        assert order.lines.get().quantity_returned == 1

    def test_of_what_was_refunded_already_pays_nothing_more(self, stripe):
        order = bought()
        ship(order)
        refund_order(
            order_id=order.id,
            reference="r1",
            reason="damaged",
            units_by_line={order.lines.get().id: 2},
            now=NOON,
        )

        return_(order, mug=2)

        order.refresh_from_db()
        assert order.fulfilment_status == "returned"
        assert moved(stripe, "refund_succeeded") == [25_00]

    def test_of_more_than_was_sent_is_refused(self, stripe):
        order = bought()
        ship(order, mug=1)

        with pytest.raises(IntegrityError, match="returned_after_dispatch"):
            return_(order, mug=2)


class TestUnitsThatWillNotCome:
    def cancel(self, order, at=NOON + HOUR, **by_sku):
        return record_canceled_units(
            order_id=order.id,
            units_by_line=units(order, **by_sku),
            reason="broken in the warehouse",
            canceled_at=at,
            now=at,
        )

    def test_are_credited_and_refunded(self, stripe):
        order = bought()

        self.cancel(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("paid", "partially_refunded")
        assert moved(stripe, "refund_succeeded") == [12_50]
        assert balances() == {"provider_clearing": 18_49, "deferred_revenue": -18_49}

    def test_leave_an_order_fulfilled_when_the_rest_has_left(self, stripe):
        order = bought()
        ship(order, mug=1)

        self.cancel(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == ("fulfilled", "fulfilled")
        assert balances() == {"provider_clearing": 18_49, "revenue": -18_49}
        assert findings() == []

    def test_cancel_an_order_of_which_nothing_comes(self, stripe):
        order = bought()

        self.cancel(order, mug=2)

        order.refresh_from_db()
        assert (order.status, order.payment_status, order.fulfilment_status) == (
            "canceled",
            "refunded",
            "canceled",
        )
        # The delivery too: there was none.
        assert moved(stripe, "refund_succeeded") == [30_99]
        assert balances() == {}
        assert Invoice.objects.get().credited_minor == 30_99

    def test_count_once(self, stripe):
        order = bought()

        self.cancel(order, mug=1)
        self.cancel(order, mug=1)

        assert moved(stripe, "refund_succeeded") == [12_50]


class TestAnOrderOfWhichNothingMoreWillCome:
    def cancel(self, order, **by_sku):
        return record_canceled_units(
            order_id=order.id,
            units_by_line=units(order, **by_sku),
            reason="lost",
            canceled_at=NOON + HOUR,
            now=NOON + HOUR,
        )

    def test_is_fulfilled_though_a_unit_came_back_meanwhile(self, stripe):
        order = bought()
        ship(order, mug=1)
        return_(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == (
            "partially_fulfilled",
            "partially_returned",
        )
        ship(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == ("fulfilled", "partially_returned")
        assert len(told("billing.order_fulfilled.v1")) == 1

    def test_is_fulfilled_by_what_needs_no_parcel(self, catalog, stripe):
        catalog.digital.add("pot")
        order = bought(*mugs(1), WantedLine(sku="pot", quantity=1))

        self.cancel(order, mug=1)

        order.refresh_from_db()
        assert (order.status, order.fulfilment_status) == ("fulfilled", "canceled")
        assert len(told("billing.order_fulfilled.v1")) == 1
        assert moved(stripe, "refund_succeeded") == [12_50]

    def test_starts_no_subscription_to_it(self, catalog, fulfilment, stripe):
        catalog.sell_plan("mugs", Money(9_00, "USD"), kind=PlanKind.GOODS, sku="mug", feature=None)
        order = bought(WantedLine(plan="mugs", quantity=1))
        assert order.lines.get().subscription.status == "active"

        self.cancel(order, mug=1)

        order.refresh_from_db()
        assert order.status == "canceled"
        assert order.lines.get().subscription.status == "canceled"
        assert len(told("billing.subscription_canceled.v1")) == 1

    def test_ends_only_the_subscription_whose_goods_do_not_come(self, catalog, stripe):
        catalog.sell_plan("mugs", Money(9_00, "USD"), kind=PlanKind.GOODS, sku="mug", feature=None)
        order = bought(WantedLine(sku="pot", quantity=1), WantedLine(plan="mugs", quantity=1))

        self.cancel(order, mug=1)

        order.refresh_from_db()
        assert order.status == "paid"
        assert order.lines.get(plan="mugs").subscription.status == "canceled"
