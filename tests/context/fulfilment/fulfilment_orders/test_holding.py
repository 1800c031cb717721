"""Approving, holding and releasing: nothing is packed that somebody has to look at first."""

import datetime as dt

import pytest

from commerce.fulfilment.fulfilment_orders.approve_fulfilment_order import (
    approve_fulfilment_order,
)
from commerce.fulfilment.fulfilment_orders.hold_fulfilment_order import hold_fulfilment_order
from commerce.fulfilment.fulfilment_orders.release_fulfilment_order import (
    release_fulfilment_order,
)
from commerce.fulfilment.refusals import WrongStatus
from tests.factories.fulfilment import line, ordered, packed, stock

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def needing_approval():
    stock("mug", east=5)
    return ordered(line("mug", needs_approval=True))


@pytest.fixture
def unguarded():
    stock("mug", east=5)
    return ordered(line("mug"))


class TestApproveFulfilmentOrder:
    def test_lets_the_warehouse_begin(self, needing_approval):
        approved = approve_fulfilment_order(fulfilment_order_id=needing_approval.id, now=NOON)

        assert (approved.status, approved.approved_at) == ("open", NOON)
        assert packed(approved).status == "packed"

    def test_changes_nothing_the_second_time(self, needing_approval):
        approve_fulfilment_order(fulfilment_order_id=needing_approval.id, now=NOON)

        later = NOON + dt.timedelta(hours=1)
        again = approve_fulfilment_order(fulfilment_order_id=needing_approval.id, now=later)

        assert again.approved_at == NOON

    def test_is_refused_where_none_is_awaited(self, unguarded):
        with pytest.raises(WrongStatus):
            approve_fulfilment_order(fulfilment_order_id=unguarded.id, now=NOON)

    def test_is_needed_before_anything_is_packed(self, needing_approval):
        with pytest.raises(WrongStatus):
            packed(needing_approval)


class TestHoldFulfilmentOrder:
    def test_keeps_an_order_back_until_it_is_released(self, unguarded):
        held = hold_fulfilment_order(fulfilment_order_id=unguarded.id, reason="address?")

        assert (held.status, held.hold_reason) == ("on_hold", "address?")
        with pytest.raises(WrongStatus):
            packed(held)

        released = release_fulfilment_order(fulfilment_order_id=unguarded.id)
        assert (released.status, released.hold_reason) == ("open", "")

    def test_keeps_the_first_reason(self, unguarded):
        hold_fulfilment_order(fulfilment_order_id=unguarded.id, reason="address?")

        again = hold_fulfilment_order(fulfilment_order_id=unguarded.id, reason="other")

        assert again.hold_reason == "address?"

    def test_is_refused_once_packing_has_begun(self, unguarded):
        packed(unguarded)

        with pytest.raises(WrongStatus):
            hold_fulfilment_order(fulfilment_order_id=unguarded.id, reason="late")


class TestReleaseFulfilmentOrder:
    def test_does_not_stand_in_for_an_approval(self, needing_approval):
        with pytest.raises(WrongStatus):
            release_fulfilment_order(fulfilment_order_id=needing_approval.id)

    def test_changes_nothing_on_an_open_order(self, unguarded):
        assert release_fulfilment_order(fulfilment_order_id=unguarded.id).status == "open"
