"""Staff cancel units: the stock is free again, and whoever asked for them hears of it."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.cancel_units import UnitsNotOpen, cancel_units
from commerce.fulfilment.fulfilment_orders.queries import FulfilmentOrderNotFound
from commerce.shared.ids import new_id
from tests.factories.fulfilment import dispatched, line, numbers, ordered, packed, stock, told

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def cancel(order, units_by_line=None, *, reference=None):
    return cancel_units(
        fulfilment_order_id=order.id,
        units_by_line=units_by_line,
        reason="broken in the warehouse",
        reference=reference or new_id(),
        now=NOON,
    )


class TestCancelUnits:
    def test_gives_some_back_and_tells_of_them(self):
        stock("mug", east=5)
        mugs = line("mug", 3)
        order = ordered(mugs)

        canceled = cancel(order, {mugs.line_id: 1})

        assert canceled.status == "open"
        assert numbers("mug") == (5, 0, 2)
        assert told("fulfilment.fulfilment_canceled.v1") == [
            {
                "order_id": str(order.order_id),
                "units_by_line": {str(mugs.line_id): 1},
                "reason": "broken in the warehouse",
                "canceled_at": NOON.isoformat(),
            }
        ]

    def test_cancels_once_under_one_reference(self):
        stock("mug", east=5)
        mugs = line("mug", 3)
        order, reference = ordered(mugs), new_id()

        cancel(order, {mugs.line_id: 1}, reference=reference)
        cancel(order, {mugs.line_id: 1}, reference=reference)

        assert numbers("mug") == (5, 0, 2)
        assert len(told("fulfilment.fulfilment_canceled.v1")) == 1

    def test_cancels_the_order_with_its_last_unit(self):
        stock("mug", east=5)
        order = ordered(line("mug", 3), line("mug", 1))

        canceled = cancel(order)

        assert (canceled.status, canceled.cancel_reason) == ("canceled", "broken in the warehouse")
        assert numbers("mug") == (5, 0, 0)

    def test_declines_an_order_that_awaits_approval(self):
        stock("mug", east=5)
        order = ordered(line("mug", needs_approval=True))

        assert cancel(order).status == "canceled"

    def test_closes_an_order_of_which_the_rest_has_left(self):
        stock("mug", east=1, west=1)
        order = ordered(line("mug", 2))
        dispatched(order)

        assert cancel(order).status == "closed"
        assert numbers("mug", "west") == (1, 0, 0)

    def test_refuses_more_than_is_open(self):
        stock("mug", east=5)
        mugs = line("mug", 3)
        order = ordered(mugs)
        packed(order, units_by_line={mugs.line_id: 2})

        with pytest.raises(UnitsNotOpen) as refused:
            cancel(order, {mugs.line_id: 2})

        assert (refused.value.wanted, refused.value.open_units) == (2, 1)
        assert numbers("mug") == (5, 0, 3)

    def test_refuses_when_nothing_is_open(self):
        stock("mug", east=5)
        order = ordered(line("mug", 3))
        packed(order)

        with pytest.raises(UnitsNotOpen):
            cancel(order)

    def test_refuses_a_line_of_another_order(self):
        stock("mug", east=5)
        order = ordered(line("mug", 3))

        with pytest.raises(UnitsNotOpen):
            cancel(order, {new_id(): 1})

    def test_refuses_an_order_that_does_not_exist(self):
        with pytest.raises(FulfilmentOrderNotFound):
            cancel_units(
                fulfilment_order_id=new_id(),
                units_by_line=None,
                reason="no",
                reference=new_id(),
                now=NOON,
            )
