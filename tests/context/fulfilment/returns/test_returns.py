"""Returns: only what has left can come back, once, and whoever makes it good hears of it once."""

import datetime as dt

import pytest

from commerce.fulfilment.inventory.models import StockMovement
from commerce.fulfilment.inventory.queries import UnknownLocation
from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.returns.approve_return import approve_return
from commerce.fulfilment.returns.close_return import close_return
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.queries import ReturnNotFound
from commerce.fulfilment.returns.receive_return import (
    NothingReceived,
    ReceivedExceedsAnnounced,
    ReceivedUnits,
    receive_return,
)
from commerce.fulfilment.returns.reject_return import reject_return
from commerce.fulfilment.returns.request_return import QuantityExceedsReturnable, request_return
from commerce.fulfilment.shipments.record_tracking import TrackingUpdate, record_tracking
from commerce.shared.ids import new_id
from tests.at_once import at_once
from tests.factories.fulfilment import dispatched, line, numbers, ordered, packed, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mugs():
    return line("mug", 3)


@pytest.fixture
def order(mugs):
    stock("mug", east=5)
    return ordered(mugs)


def ask(order, mugs, quantity, *, reference=None):
    return request_return(
        fulfilment_order_id=order.id,
        units_by_line={mugs.line_id: quantity},
        reason="too small",
        reference=reference or new_id(),
        now=NOON,
    )


def expected(order, mugs, quantity):
    return approve_return(return_id=ask(order, mugs, quantity).id, now=NOON)


def receive(asked, mugs, *, location="east", **units):
    return receive_return(
        return_id=asked.id,
        location=location,
        units_by_line={mugs.line_id: ReceivedUnits(**units)},
        now=NOON,
    )


class TestRequestReturn:
    def test_announces_units_that_have_left(self, order, mugs):
        dispatched(order)

        asked = ask(order, mugs, 2)

        assert (asked.status, asked.reason) == ("requested", "too small")
        assert [(row.line.line_id, row.quantity) for row in asked.lines.all()] == [
            (mugs.line_id, 2)
        ]

    def test_asks_once_under_one_reference(self, order, mugs):
        dispatched(order)
        reference = new_id()

        assert ask(order, mugs, 3, reference=reference) == ask(order, mugs, 3, reference=reference)
        assert Return.objects.count() == 1

    def test_refuses_what_has_not_left(self, order, mugs):
        packed(order)

        with pytest.raises(QuantityExceedsReturnable) as refused:
            ask(order, mugs, 1)

        assert refused.value.returnable == 0

    def test_refuses_more_than_has_left(self, order, mugs):
        dispatched(order, units_by_line={mugs.line_id: 2})

        with pytest.raises(QuantityExceedsReturnable) as refused:
            ask(order, mugs, 3)

        assert refused.value.returnable == 2

    def test_refuses_what_is_in_another_return(self, order, mugs):
        dispatched(order)
        ask(order, mugs, 2)

        with pytest.raises(QuantityExceedsReturnable) as refused:
            ask(order, mugs, 2)

        assert refused.value.returnable == 1

    def test_refuses_a_line_of_another_order(self, order, mugs):
        dispatched(order)

        with pytest.raises(QuantityExceedsReturnable):
            ask(order, line("mug"), 1)

    def test_refuses_what_the_carrier_has_lost(self, order, mugs):
        shipment = dispatched(order)
        lost = TrackingUpdate(sequence=2, status="lost", occurred_at=NOON)
        record_tracking(shipment_id=shipment.id, update=lost)

        with pytest.raises(QuantityExceedsReturnable):
            ask(order, mugs, 1)

    def test_refuses_what_was_announced_before_the_carrier_lost_it(self, order, mugs):
        shipment = dispatched(order)
        ask(order, mugs, 2)
        lost = TrackingUpdate(sequence=2, status="lost", occurred_at=NOON)
        record_tracking(shipment_id=shipment.id, update=lost)

        with pytest.raises(QuantityExceedsReturnable) as refused:
            ask(order, mugs, 1)

        assert refused.value.returnable == 0

    def test_takes_again_what_was_rejected(self, order, mugs):
        dispatched(order)
        first = ask(order, mugs, 3)
        reject_return(return_id=first.id, reason="worn", now=NOON)

        assert ask(order, mugs, 3).status == "requested"

    def test_takes_again_what_was_announced_and_did_not_come(self, order, mugs):
        dispatched(order)
        receive(expected(order, mugs, 3), mugs, restocked=1)

        with pytest.raises(QuantityExceedsReturnable):
            ask(order, mugs, 3)
        assert ask(order, mugs, 2).status == "requested"


class TestReceiveReturn:
    @pytest.fixture
    def two_expected(self, order, mugs):
        dispatched(order)
        return expected(order, mugs, 2)

    def test_puts_good_units_on_the_shelf_and_writes_the_others_off(self, two_expected, mugs):
        received = receive(two_expected, mugs, restocked=1, written_off=1)

        assert (received.status, received.received_at) == ("received", NOON)
        assert numbers("mug") == (3, 0, 0)
        movement = StockMovement.objects.get(reason="returned")
        assert (movement.quantity, movement.reference) == (1, f"return:{two_expected.id}")
        row = received.lines.get()
        assert (row.restocked, row.written_off) == (1, 1)

    def test_tells_what_was_accepted(self, two_expected, order, mugs):
        receive(two_expected, mugs, restocked=1, written_off=1)

        assert told("fulfilment.return_received.v1") == [
            {
                "return_id": str(two_expected.id),
                "order_id": str(order.order_id),
                "units_by_line": {str(mugs.line_id): 2},
                "reason": "too small",
                "received_at": NOON.isoformat(),
            }
        ]

    def test_changes_nothing_the_second_time(self, two_expected, mugs):
        receive(two_expected, mugs, restocked=1)
        receive(two_expected, mugs, restocked=2)

        assert numbers("mug") == (3, 0, 0)
        assert len(told("fulfilment.return_received.v1")) == 1

    def test_takes_everything_as_announced_when_nothing_else_is_said(self, two_expected):
        receive_return(return_id=two_expected.id, now=NOON)

        assert numbers("mug") == (4, 0, 0)
        assert two_expected.lines.get().restocked == 2

    def test_opens_a_shelf_where_the_sku_was_never_kept(self, two_expected, mugs):
        stock("tea", west=1)

        receive(two_expected, mugs, location="west", restocked=2)

        assert numbers("mug", "west") == (2, 0, 0)

    def test_refuses_more_than_was_announced(self, two_expected, mugs):
        with pytest.raises(ReceivedExceedsAnnounced):
            receive(two_expected, mugs, restocked=2, written_off=1)

        assert numbers("mug") == (2, 0, 0)

    def test_refuses_a_line_that_was_not_announced(self, two_expected):
        with pytest.raises(ReceivedExceedsAnnounced):
            receive(two_expected, line("tea"), restocked=1)

    def test_refuses_an_empty_parcel(self, two_expected, mugs):
        with pytest.raises(NothingReceived):
            receive(two_expected, mugs, restocked=0)

    def test_refuses_a_place_nobody_knows(self, two_expected, mugs):
        with pytest.raises(UnknownLocation):
            receive(two_expected, mugs, location="moon", restocked=1)

    def test_needs_an_approval_first(self, order, mugs):
        dispatched(order)

        with pytest.raises(WrongStatus):
            receive(ask(order, mugs, 1), mugs, restocked=1)


class TestApproveRejectAndClose:
    def test_change_nothing_the_second_time(self, order, mugs):
        dispatched(order)
        one, other = ask(order, mugs, 1), ask(order, mugs, 1)
        for _ in range(2):
            assert approve_return(return_id=one.id, now=NOON).status == "approved"
            assert reject_return(return_id=other.id, reason="worn", now=NOON).status == "rejected"
        receive(one, mugs, restocked=1)
        for _ in range(2):
            assert close_return(return_id=one.id, now=NOON).status == "closed"

    def test_refuse_what_no_longer_fits(self, order, mugs):
        dispatched(order)
        one, other = expected(order, mugs, 1), ask(order, mugs, 1)
        receive(one, mugs, restocked=1)
        reject_return(return_id=other.id, reason="worn", now=NOON)

        with pytest.raises(WrongStatus):
            reject_return(return_id=one.id, reason="late", now=NOON)
        with pytest.raises(WrongStatus):
            approve_return(return_id=other.id, now=NOON)
        with pytest.raises(WrongStatus):
            close_return(return_id=other.id, now=NOON)

    def test_refuse_a_return_that_was_approved_and_then_rejected(self, order, mugs):
        dispatched(order)
        asked = expected(order, mugs, 1)
        reject_return(return_id=asked.id, reason="never came", now=NOON)

        with pytest.raises(WrongStatus):
            approve_return(return_id=asked.id, now=NOON)

    def test_refuse_a_return_that_does_not_exist(self):
        with pytest.raises(ReturnNotFound):
            approve_return(return_id=new_id(), now=NOON)


@pytest.mark.django_db(transaction=True)
class TestReturnsAtOnce:
    def test_announce_each_unit_once(self, order, mugs):
        dispatched(order)

        outcomes = at_once([lambda: ask(order, mugs, 2)] * 8)

        assert outcomes == {"done": 1, "QuantityExceedsReturnable": 7}

    def test_are_received_once(self, order, mugs):
        dispatched(order)
        asked = expected(order, mugs, 2)

        outcomes = at_once([lambda: receive(asked, mugs, restocked=2)] * 8)

        assert outcomes == {"done": 8}
        assert numbers("mug") == (4, 0, 0)
        assert len(told("fulfilment.return_received.v1")) == 1
