"""Bundles, access and what is made to order: sold, delivered, canceled and returned."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from commerce.billing.checkout.errors import GiftCardNotSoldYet, OfferChanged, SignInRequired
from commerce.billing.checkout.models import CheckoutLine
from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.models import CreditNote, OrderLineComponent
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.record_canceled_units import record_canceled_units
from commerce.billing.orders.record_delivery import record_delivery
from commerce.billing.orders.record_shipment import record_shipment
from commerce.billing.orders.refund_order import refund_order
from commerce.billing.orders.settle_return import settle_return
from commerce.catalog.interface import services as catalog_services
from commerce.catalog.interface.services import Grant, LineDiscount, UsedPromotion
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import (
    HOUR,
    NOON,
    balances,
    bought,
    complete,
    findings,
    moved,
    mugs,
    ship,
    start,
    told,
)
from tests.fakes.catalog import part

pytestmark = pytest.mark.usefixtures("shop")

FULFILMENT = "fulfilment.request_fulfilment.v1"
GRANT = "fulfilment.grant_entitlement.v1"
REVOKE = "fulfilment.revoke_entitlement.v1"


@pytest.fixture
def breakfast(catalog):
    """Six mugs and a pot for 60.00; neither is sold as `breakfast` by the warehouse."""
    catalog.prices["breakfast"] = Money(60_00, "USD")
    catalog.facts["breakfast"] = {"components": (part("mug", 3), part("pot", 1))}


@pytest.fixture
def course(catalog):
    catalog.prices["course"] = Money(20_00, "USD")
    catalog.digital.add("course")
    catalog.facts["course"] = {"grants": (Grant(feature="course", days=30),)}


def a_breakfast(quantity=1):
    return WantedLine(sku="breakfast", quantity=quantity)


def a_course(quantity=1):
    return WantedLine(sku="course", quantity=quantity)


def parts_of(order):
    return {x.sku: x for x in OrderLineComponent.objects.filter(order_line__order=order)}


def units(order, **by_sku):
    parts = parts_of(order)
    return {str(parts[sku].id): n for sku, n in by_sku.items()}


def leave(order, **by_sku):
    shipment_id = new_id()
    record_shipment(
        order_id=order.id,
        shipment_id=shipment_id,
        units_by_line=units(order, **by_sku),
        carrier="ups",
        tracking_number="1Z",
        at=NOON + HOUR,
    )
    order.refresh_from_db()
    return shipment_id


def will_not_come(order, **by_sku):
    record_canceled_units(
        order_id=order.id,
        units_by_line=units(order, **by_sku),
        reason="broken",
        canceled_at=NOON + HOUR,
        now=NOON + HOUR,
    )
    order.refresh_from_db()


def come_back(order, **by_sku):
    settle_return(
        order_id=order.id,
        return_id=new_id(),
        units_by_line=units(order, **by_sku),
        reason="no party",
        received_at=NOON + HOUR,
        now=NOON + HOUR,
    )
    order.refresh_from_db()


class TestABundle:
    def test_holds_and_asks_for_what_is_in_it(self, breakfast, fulfilment):
        order = bought(a_breakfast(2), *mugs(1))

        assert list(fulfilment.holds.values()) == [{"mug": 7, "pot": 2}]
        (asked,) = told(FULFILMENT)
        line = order.lines.get(is_bundle=True)
        assert [
            (x["sku"], x["title"], x["quantity"], x["bundle_id"], x["per_bundle"])
            for x in asked["lines"]
        ] == [
            ("mug", "Mug", 6, str(line.id), 3),
            ("pot", "Pot", 2, str(line.id), 1),
            ("mug", "Mug", 1, None, 1),
        ]
        assert asked["lines"][0]["line_id"] == str(parts_of(order)["mug"].id)

    def test_keeps_its_contents_when_the_catalog_changes(self, breakfast, catalog):
        order = bought(a_breakfast())

        catalog.facts["breakfast"] = {"components": (part("mug", 1),)}

        assert {sku: x.quantity for sku, x in parts_of(order).items()} == {"mug": 3, "pot": 1}

    def test_is_held_back_when_a_part_needs_an_approval(self, catalog, breakfast):
        catalog.facts["breakfast"]["needs_approval"] = True
        bought(a_breakfast())

        (asked,) = told(FULFILMENT)
        assert all(line["needs_approval"] for line in asked["lines"])

    def test_is_not_sold_with_other_contents_than_were_shown(self, breakfast, catalog, fulfilment):
        started = start(a_breakfast())
        catalog.facts["breakfast"] = {"components": (part("mug", 4),)}

        with pytest.raises(OfferChanged):
            complete(started)

        shown = CheckoutLine.objects.get(checkout=started.checkout.id)
        assert [(x.sku, x.quantity) for x in shown.components] == [("mug", 4)]
        complete(started)
        assert list(fulfilment.holds.values()) == [{"mug": 4}]

    def test_is_fulfilled_and_earned_when_all_of_it_has_left(self, breakfast):
        order = bought(a_breakfast())

        leave(order, mug=3)
        assert (order.status, order.lines.get().quantity_dispatched) == ("partially_fulfilled", 0)
        # The delivery, with the first parcel.
        assert balances()["revenue"] == -5_99
        leave(order, pot=1)

        assert (order.status, order.lines.get().quantity_dispatched) == ("fulfilled", 1)
        assert balances()["revenue"] == -65_99
        assert findings() == []

    def test_is_delivered_when_all_of_it_has_arrived(self, breakfast):
        order = bought(a_breakfast())
        first, second = leave(order, mug=3), leave(order, pot=1)

        record_delivery(order_id=order.id, shipment_id=first, at=NOON + HOUR)
        order.refresh_from_db()
        assert order.fulfilment_status == "fulfilled"
        record_delivery(order_id=order.id, shipment_id=second, at=NOON + HOUR)

        order.refresh_from_db()
        assert order.fulfilment_status == "delivered"

    def test_is_paid_back_when_all_of_it_is_back(self, breakfast, stripe):
        order = bought(a_breakfast(2))
        leave(order, mug=6, pot=2)

        come_back(order, mug=3)
        assert not CreditNote.objects.exists()
        assert order.fulfilment_status == "partially_returned"
        come_back(order, pot=1)

        assert moved(stripe, "refund_succeeded") == [60_00]
        assert order.lines.get().quantity_returned == 1
        assert findings() == []

    def test_is_paid_back_when_a_part_will_not_come(self, breakfast, stripe):
        order = bought(a_breakfast(2))

        will_not_come(order, mug=3, pot=1)
        assert moved(stripe, "refund_succeeded") == [60_00]
        leave(order, mug=3, pot=1)

        assert (order.status, order.lines.get().quantity_canceled) == ("fulfilled", 1)
        assert findings() == []

    def test_is_not_paid_back_twice_when_its_other_part_does_not_come_either(
        self, breakfast, stripe
    ):
        order = bought(a_breakfast(2))

        will_not_come(order, pot=1)
        record_canceled_units(
            order_id=order.id,
            units_by_line=units(order, mug=3),
            reason="broken",
            canceled_at=NOON + 2 * HOUR,
            now=NOON + 2 * HOUR,
        )

        assert moved(stripe, "refund_succeeded") == [60_00]

    def test_does_not_cancel_an_order_of_which_a_part_is_on_its_way(self, breakfast, stripe):
        order = bought(a_breakfast())
        leave(order, mug=3)

        will_not_come(order, pot=1)

        assert order.status == "fulfilled"
        assert moved(stripe, "refund_succeeded") == [60_00]
        assert findings() == []

    def test_cancels_an_order_of_which_nothing_comes(self, breakfast, stripe):
        order = bought(a_breakfast())

        will_not_come(order, mug=3, pot=1)

        assert order.status == "canceled"
        assert moved(stripe, "refund_succeeded") == [65_99]
        assert findings() == []

    def test_is_canceled_as_a_whole(self, breakfast, stripe):
        order = bought(a_breakfast())

        cancel_order(order_id=order.id, reason="customer", now=NOON)

        assert {x.quantity_canceled for x in parts_of(order).values()} == {3, 1}
        assert moved(stripe, "refund_succeeded") == [65_99]


class TestAccess:
    def test_is_given_once_it_is_paid_and_nothing_is_shipped(self, course):
        user_id = new_id()
        order = bought(a_course(), user_id=user_id)

        (grant,) = told(GRANT)
        assert grant == {
            "reference": f"{order.lines.get().id}:course",
            "holder_id": str(user_id),
            "feature": "course",
            "valid_from": NOON.isoformat(),
            "valid_until": (NOON + dt.timedelta(days=30)).isoformat(),
        }
        assert (order.status, order.fulfilment_status) == ("fulfilled", "not_required")
        assert told(FULFILMENT) == []
        assert balances()["revenue"] == -20_00

    def test_is_not_given_before_the_money_is_there(self, course):
        started = start(a_course(), user_id=new_id())
        complete(started, card="pm_card_threeDSecure2Required")

        assert told(GRANT) == []

    def test_lasts_longer_the_more_is_bought_and_for_good_wins(self, course, catalog):
        catalog.facts["course"]["grants"] += (
            Grant(feature="course", days=5),
            Grant(feature="library"),
            Grant(feature="library", days=9),
        )
        bought(a_course(2), user_id=new_id())

        assert {x["feature"]: x["valid_until"] for x in told(GRANT)} == {
            "course": (NOON + dt.timedelta(days=70)).isoformat(),
            "library": None,
        }

    def test_of_thousands_of_years_stops_no_payment(self, course, catalog):
        catalog.facts["course"]["grants"] = (Grant(feature="course", days=3_650),)

        order = bought(a_course(10_000), user_id=new_id())

        assert order.status == "fulfilled"
        assert [x["valid_until"] for x in told(GRANT)] == [None]

    def test_is_not_sold_for_other_days_than_were_shown(self, course, catalog):
        started = start(a_course(), user_id=new_id())
        catalog.facts["course"] = {"grants": (Grant(feature="course", days=7),)}

        with pytest.raises(OfferChanged):
            complete(started)

    def test_is_not_sold_to_a_guest(self, course):
        with pytest.raises(SignInRequired):
            start(a_course())

    def test_ends_when_the_order_is_canceled(self, course):
        order = bought(a_course(), *mugs(1), user_id=new_id())

        cancel_order(order_id=order.id, reason="customer", now=NOON + HOUR)

        line = order.lines.get(sku="course")
        assert told(REVOKE) == [
            {"reference": f"{line.id}:course", "revoked_at": (NOON + HOUR).isoformat()}
        ]

    def test_ends_also_where_it_was_free(self, course, catalog):
        catalog.prices["course"] = Money(0, "USD")
        order = bought(a_course(), *mugs(1), user_id=new_id())

        cancel_order(order_id=order.id, reason="customer", now=NOON + HOUR)

        assert len(told(REVOKE)) == 1

    def test_ends_with_its_last_refunded_unit(self, course):
        order = bought(a_course(2), user_id=new_id())
        line = order.lines.get()

        for n in (1, 2):
            refund_order(
                order_id=order.id,
                reference=str(n),
                reason="disliked",
                units_by_line={line.id: 1},
                now=NOON + HOUR,
            )
            assert len(told(REVOKE)) == n - 1

        assert findings() == []

    def test_of_what_was_free_ends_with_its_last_unit(self, catalog):
        catalog.prices["mug"] = Money(0, "USD")
        catalog.facts["mug"] = {"grants": (Grant(feature="club", days=30),)}
        order = bought(*mugs(2), WantedLine(sku="pot", quantity=1), user_id=new_id())
        line = order.lines.get(sku="mug")

        for n in (1, 2):
            record_canceled_units(
                order_id=order.id,
                units_by_line={str(line.id): 1},
                reason="broken",
                canceled_at=NOON + n * HOUR,
                now=NOON + n * HOUR,
            )
            assert len(told(REVOKE)) == n - 1

    def test_goes_on_when_a_little_is_given_back(self, course):
        order = bought(a_course(), user_id=new_id())

        refund_order(
            order_id=order.id,
            reference="goodwill",
            reason="late",
            amount=Money(5_00, "USD"),
            now=NOON + HOUR,
        )

        assert told(REVOKE) == []


class TestAGiftThatCannotBeGiven:
    @pytest.mark.parametrize(
        "facts", [{"is_gift_card": True}, {"grants": (Grant(feature="course", days=30),)}]
    )
    def test_stops_no_sale_to_a_guest(self, course, catalog, monkeypatch, facts):
        promotion_id = new_id()
        off = LineDiscount(promotion_id=promotion_id, title="Gift", amount=Money(20_00, "USD"))
        used = UsedPromotion(promotion_id=promotion_id, title="Gift", amount=Money(20_00, "USD"))
        ask = catalog.quote_prices

        def with_gift(**values):
            quote = ask(**values)
            catalog.facts["course"] = {}
            (given,) = ask(
                lines=[catalog_services.QuoteLine(sku="course", quantity=1)],
                currency="USD",
                at=NOON,
            ).lines
            free = {"discount": off.amount, "total": Money(0, "USD"), "discounts": (off,)}
            gift = replace(given, is_gift=True, **free, **facts)
            return replace(quote, lines=[*quote.lines, gift], promotions=[used])

        monkeypatch.setattr(catalog_services, "quote_prices", with_gift)

        order = bought(*mugs(1))

        assert [line.sku for line in order.lines.all()] == ["mug"]
        assert order.promotions == []


class TestMadeToOrder:
    @pytest.fixture(autouse=True)
    def table(self, catalog):
        catalog.prices["table"] = Money(100_00, "USD")
        catalog.facts["table"] = {"made_to_order_days": 10}

    def test_needs_no_stock_and_takes_longer(self, fulfilment):
        started = start(WantedLine(sku="table", quantity=1))

        option = started.offer.delivery_options[0]
        assert (option.days_min, option.days_max) == (11, 15)
        assert started.lines[0].made_to_order_days == 10
        complete(started)

        assert fulfilment.holds == {}
        (asked,) = told(FULFILMENT)
        assert [line["is_made_to_order"] for line in asked["lines"]] == [True]

    def test_is_shipped_like_anything_else(self):
        order = bought(WantedLine(sku="table", quantity=1))

        ship(order)

        order.refresh_from_db()
        assert order.status == "fulfilled"


class TestAGiftCard:
    def test_is_not_sold_before_somebody_could_pay_with_it(self, catalog):
        catalog.prices["card"] = Money(50_00, "USD")
        catalog.digital.add("card")
        catalog.facts["card"] = {"is_gift_card": True}

        with pytest.raises(GiftCardNotSoldYet):
            start(WantedLine(sku="card", quantity=1))
