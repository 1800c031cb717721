"""Bundles in the warehouse: parts are packed one by one, and belong together all the same."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.bundles import BundleReturnsWhole
from commerce.fulfilment.fulfilment_orders.cancel_units import UnitsNotOpen, cancel_units
from commerce.fulfilment.returns.approve_return import approve_return
from commerce.fulfilment.returns.receive_return import ReceivedUnits, receive_return
from commerce.fulfilment.returns.request_return import QuantityExceedsReturnable, request_return
from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import bundle, dispatched, line, numbers, ordered, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def breakfast():
    """Two bundles of six mugs and a tray each, on the shelf."""
    stock("mug", east=20)
    stock("tray", east=5)
    return bundle(2, mug=6, tray=1)


def cancel(order, units_by_line):
    return cancel_units(
        fulfilment_order_id=order.id,
        units_by_line=units_by_line,
        reason="broken",
        reference=new_id(),
        now=NOON,
    )


def canceled():
    return [each["units_by_line"] for each in told("fulfilment.fulfilment_canceled.v1")]


def send_back(order, units_by_line):
    return request_return(
        fulfilment_order_id=order.id,
        units_by_line=units_by_line,
        reason="no party",
        reference=new_id(),
        now=NOON,
    )


def receive(announced, units_by_line=None):
    approve_return(return_id=announced.id, now=NOON)
    return receive_return(return_id=announced.id, units_by_line=units_by_line, now=NOON)


class TestABundle:
    def test_is_held_back_when_a_part_needs_an_approval(self):
        stock("mug", east=6)
        stock("knife", east=1)
        mugs, knife = bundle(mug=6, knife=1)

        order = ordered(mugs, line("knife", needs_approval=True, bundle_id=knife.bundle_id))

        assert order.status == "on_hold"

    def test_is_packed_under_its_own_line(self, breakfast):
        order = ordered(*breakfast)

        dispatched(order, units_by_line={breakfast[0].bundle_id: 1})

        assert (numbers("mug"), numbers("tray")) == ((14, 0, 6), (4, 0, 1))


class TestCancelingAPart:
    def test_cancels_the_bundles_that_it_breaks(self, breakfast):
        mugs, trays = breakfast
        order = ordered(mugs, trays)

        cancel(order, {mugs.line_id: 1})

        # One mug less breaks one of the two: its other five and its tray stay here, too.
        assert canceled() == [{str(mugs.line_id): 6, str(trays.line_id): 1}]
        assert (numbers("mug"), numbers("tray")) == ((20, 0, 6), (5, 0, 1))

    def test_breaks_no_second_bundle_for_what_belongs_to_the_first(self, breakfast):
        mugs, trays = breakfast
        order = ordered(mugs, trays)
        dispatched(order, units_by_line={mugs.line_id: 6})

        cancel(order, {trays.line_id: 1})
        cancel(order, {trays.line_id: 1})

        # Six mugs are on their way and stay with the customer.
        assert canceled() == [
            {str(mugs.line_id): 6, str(trays.line_id): 1},
            {str(trays.line_id): 1},
        ]

    def test_may_name_the_bundle(self, breakfast):
        mugs, trays = breakfast
        order = ordered(mugs, trays)

        cancel(order, {mugs.bundle_id: 2})

        assert canceled() == [{str(mugs.line_id): 12, str(trays.line_id): 2}]
        with pytest.raises(UnitsNotOpen):
            cancel(order, {mugs.bundle_id: 1})

    def test_leaves_other_lines_alone(self, breakfast):
        other = line("mug", 1)
        order = ordered(*breakfast, other)

        cancel(order, {other.line_id: 1})

        assert canceled() == [{str(other.line_id): 1}]


class TestReturning:
    def test_takes_a_whole_bundle_back_under_its_own_line(self, breakfast):
        mugs, trays = breakfast
        order = ordered(mugs, trays)
        dispatched(order)

        receive(send_back(order, {mugs.bundle_id: 1}), {mugs.bundle_id: ReceivedUnits(restocked=1)})

        [received] = told("fulfilment.return_received.v1")
        assert received["units_by_line"] == {str(mugs.line_id): 6, str(trays.line_id): 1}
        assert (numbers("mug"), numbers("tray")) == ((14, 0, 0), (4, 0, 0))

    @pytest.mark.parametrize("units", [(6, 0), (5, 1), (6, 2)])
    def test_refuses_what_tears_a_bundle_apart(self, breakfast, units):
        order = ordered(*breakfast)
        dispatched(order)
        wanted = {part.line_id: n for part, n in zip(breakfast, units, strict=True) if n}

        with pytest.raises(BundleReturnsWhole) as refused:
            send_back(order, wanted)

        assert refused.value.line_id == encode("ol", breakfast[0].bundle_id)

    def test_lets_the_rest_follow_that_did_not_come(self, breakfast):
        mugs, trays = breakfast
        order = ordered(mugs, trays)
        dispatched(order)
        announced = send_back(order, {mugs.bundle_id: 1})
        receive(announced, {mugs.line_id: ReceivedUnits(restocked=6)})

        receive(send_back(order, {trays.line_id: 1}))

        assert len(told("fulfilment.return_received.v1")) == 2

    def test_refuses_more_bundles_than_have_left(self, breakfast):
        order = ordered(*breakfast)
        dispatched(order)

        with pytest.raises(QuantityExceedsReturnable):
            send_back(order, {breakfast[0].bundle_id: 3})


class TestMadeToOrder:
    def test_is_packed_where_the_rest_is_and_moves_no_stock(self):
        stock("mug", east=0, west=1)
        order = ordered(line("table", is_made_to_order=True), line("mug"))

        dispatched(order, location="west")

        order.refresh_from_db(fields=["closed_at"])
        assert order.closed_at
        assert (numbers("table", "west"), numbers("mug", "west")) == ((0, 0, 0), (0, 0, 0))

    def test_waits_at_the_first_location_when_it_is_alone(self):
        stock("mug", east=1, west=1)

        order = ordered(line("table", 2, is_made_to_order=True))

        assert dispatched(order, location="east").status == "dispatched"

    def test_becomes_stock_when_it_is_sent_back(self):
        stock("mug", east=1)
        table = line("table", is_made_to_order=True)
        order = ordered(table)
        dispatched(order)

        receive(send_back(order, {table.line_id: 1}))

        assert numbers("table") == (1, 0, 0)
