"""Requesting fulfilment: a reservation becomes work, or the order is refused as a whole."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.cancel_fulfilment import cancel_fulfilment
from commerce.fulfilment.fulfilment_orders.models import Allocation, FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.request_fulfilment import request_fulfilment
from commerce.fulfilment.interface.errors import ReservationReused
from commerce.fulfilment.inventory.models import StockReservation
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from commerce.fulfilment.refusals import WrongStatus
from tests.at_once import at_once
from tests.factories.fulfilment import line, numbers, stock, told, wish

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
HALF_PAST = NOON + dt.timedelta(minutes=30)
ONE = NOON + dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def reserve(reference="chk-1", **units):
    reserve_stock(reference=reference, units_by_sku=units, expires_at=HALF_PAST, now=NOON)


def allocations(order):
    rows = Allocation.objects.filter(line__fulfilment_order=order).order_by(
        "line__position", "level__location__priority"
    )
    return [(row.line.sku, row.level.location.code, row.quantity) for row in rows]


class TestRequestFulfilment:
    def test_binds_what_was_reserved(self):
        stock("mug", east=5)
        reserve(mug=2)

        order = request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=NOON)

        assert order.status == "open"
        assert numbers("mug") == (5, 0, 2)
        assert StockReservation.objects.get().status == "allocated"
        assert allocations(order) == [("mug", "east", 2)]
        assert told("fulfilment.fulfilment_requested.v1") == [
            {
                "fulfilment_order_id": str(order.id),
                "order_id": str(order.order_id),
                "is_on_hold": False,
            }
        ]

    def test_shares_units_out_to_two_lines_of_one_sku_and_two_locations(self):
        stock("mug", east=2, west=2)
        reserve(mug=4)

        order = request_fulfilment(
            wish(line("mug", 3), line("mug", 1), reservation="chk-1"), now=NOON
        )

        assert allocations(order) == [("mug", "east", 2), ("mug", "west", 1), ("mug", "west", 1)]

    def test_changes_nothing_when_it_is_asked_again(self):
        stock("mug", east=5)
        reserve(mug=2)
        asked = wish(line("mug", 2), reservation="chk-1")
        first = request_fulfilment(asked, now=NOON)

        second = request_fulfilment(asked, now=ONE)

        assert first == second
        assert numbers("mug") == (5, 0, 2)
        assert len(told("fulfilment.fulfilment_requested.v1")) == 1

    def test_holds_an_order_with_a_line_that_needs_approval(self):
        stock("mug", east=5)

        order = request_fulfilment(wish(line("mug", needs_approval=True)), now=NOON)

        assert (order.status, order.hold_reason) == ("on_hold", "awaiting_approval")
        assert numbers("mug") == (5, 0, 1)
        assert told("fulfilment.fulfilment_requested.v1")[0]["is_on_hold"] is True


class TestReservationsThatAreNotFresh:
    def test_are_good_while_their_units_are_still_set_aside(self):
        stock("mug", east=2)
        reserve(mug=2)

        order = request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=ONE)

        assert order.status == "open"
        assert numbers("mug") == (2, 0, 2)

    def test_are_made_anew_after_their_release(self):
        stock("mug", east=2)
        reserve(mug=2)
        release_stock(reference="chk-1", now=HALF_PAST)

        order = request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=ONE)

        assert order.status == "open"
        assert numbers("mug") == (2, 0, 2)

    @pytest.mark.parametrize("reference", ["", "renewal-7"])
    def test_are_made_where_there_was_none(self, reference):
        stock("mug", east=2)

        order = request_fulfilment(wish(line("mug", 2), reservation=reference), now=NOON)

        assert order.status == "open"
        assert numbers("mug") == (2, 0, 2)

    def test_are_refused_for_good_when_the_stock_is_gone(self):
        stock("mug", east=2)
        reserve(mug=2)
        release_stock(reference="chk-1", now=NOON)
        reserve("chk-2", mug=1)
        asked = wish(line("mug", 2), reservation="chk-1")

        order = request_fulfilment(asked, now=NOON)
        stock("mug", east=9)
        again = request_fulfilment(asked, now=ONE)

        assert (again, again.status) == (order, "canceled")
        assert numbers("mug") == (11, 1, 0)
        assert told("fulfilment.fulfilment_refused.v1") == [
            {
                "order_id": str(order.order_id),
                "reason": "out_of_stock",
                "refused_at": NOON.isoformat(),
            }
        ]

    def test_are_not_taken_from_another_order(self):
        stock("mug", east=5)
        request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=NOON)

        with pytest.raises(WrongStatus):
            request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=NOON)

        assert FulfilmentOrder.objects.count() == 1
        assert numbers("mug") == (5, 0, 2)

    def test_must_be_for_the_units_that_are_ordered(self):
        stock("mug", east=5)
        reserve(mug=1)

        with pytest.raises(ReservationReused):
            request_fulfilment(wish(line("mug", 2), reservation="chk-1"), now=NOON)


class TestRequestFulfilmentOfACanceledOrder:
    def test_delivers_nothing(self):
        stock("mug", east=2)
        asked = wish(line("mug", 2))
        cancel_fulfilment(order_id=asked.order_id, reason="customer", now=NOON)

        order = request_fulfilment(asked, now=ONE)

        assert order.status == "canceled"
        assert numbers("mug") == (2, 0, 0)
        assert told("fulfilment.fulfilment_requested.v1") == []


@pytest.mark.django_db(transaction=True)
class TestRequestsAtOnce:
    def test_make_one_fulfilment_order(self):
        stock("mug", east=5)
        asked = wish(line("mug", 2))

        outcomes = at_once([lambda: request_fulfilment(asked, now=NOON)] * 20)

        assert outcomes["done"] == 20
        assert numbers("mug") == (5, 0, 2)
        assert len(told("fulfilment.fulfilment_requested.v1")) == 1

    @pytest.mark.parametrize("round_", range(5))
    def test_and_a_cancellation_leave_nothing_bound(self, round_):
        stock("mug", east=5)
        asked = wish(line("mug", 2))

        outcomes = at_once(
            [
                lambda: request_fulfilment(asked, now=NOON),
                lambda: cancel_fulfilment(order_id=asked.order_id, reason="customer", now=NOON),
            ]
        )

        assert outcomes == {"done": 2}
        assert FulfilmentOrder.objects.get().status == "canceled"
        assert numbers("mug") == (5, 0, 0)
