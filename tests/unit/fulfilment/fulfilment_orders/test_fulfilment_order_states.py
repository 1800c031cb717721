"""Every way a fulfilment order can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder, FulfilmentOrderStatus

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

# Status → what may be done to it → where that leads. Everything else is refused.
ALLOWED = {
    ("open", "hold"): "on_hold",
    ("open", "start_work"): "in_progress",
    ("open", "cancel"): "canceled",
    ("on_hold", "release_hold"): "open",
    ("on_hold", "cancel"): "canceled",
    ("in_progress", "start_work"): "in_progress",
    ("in_progress", "stop_work"): "open",
    ("in_progress", "close"): "closed",
    ("in_progress", "cancel"): "canceled",
}
ACTS = {
    "hold": {"reason": "fraud check"},
    "approve": {"at": NOON},
    "release_hold": {},
    "start_work": {},
    "stop_work": {},
    "close": {"at": NOON},
    "cancel": {"reason": "customer", "at": NOON},
}


class TestFulfilmentOrderStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", FulfilmentOrderStatus.values)
    def test_allow_exactly_these_ways(self, status, act):
        order = FulfilmentOrder(status=status)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(order, act)(**ACTS[act])
            assert order.status == status
            return
        getattr(order, act)(**ACTS[act])
        assert order.status == ALLOWED[status, act]

    def test_know_every_transition(self):
        transitions = {t.name for t in FulfilmentOrder().get_all_status_transitions()}

        assert transitions == set(ACTS)

    def test_let_an_approval_be_given_where_one_is_awaited(self):
        order = FulfilmentOrder(status="on_hold", needs_approval=True)

        order.approve(at=NOON)

        assert (order.status, order.approved_at) == ("open", NOON)

    def test_do_not_let_a_release_stand_in_for_an_approval(self):
        order = FulfilmentOrder(status="on_hold", needs_approval=True)

        with pytest.raises(TransitionNotAllowed):
            order.release_hold()
