"""Every way a shipment can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.fulfilment.shipments.models import Shipment, ShipmentStatus

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

# Status → what may be done to it → where that leads. Everything else is refused.
ALLOWED = {
    ("packing", "pack"): "packed",
    ("packing", "cancel"): "canceled",
    ("packed", "cancel"): "canceled",
    ("packed", "dispatch"): "dispatched",
    ("dispatched", "hold_up"): "exception",
    ("dispatched", "lose"): "lost",
    ("dispatched", "deliver"): "delivered",
    ("exception", "go_on"): "dispatched",
    ("exception", "lose"): "lost",
    ("exception", "deliver"): "delivered",
    ("lost", "go_on"): "dispatched",
    ("lost", "hold_up"): "exception",
    ("lost", "deliver"): "delivered",
}
ACTS = {
    "pack": {"at": NOON},
    "cancel": {"at": NOON, "give_label_back_at": NOON},
    "dispatch": {"at": NOON},
    "hold_up": {},
    "go_on": {},
    "lose": {},
    "deliver": {"at": NOON},
}


class TestShipmentStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", ShipmentStatus.values)
    def test_allow_exactly_these_ways(self, status, act):
        shipment = Shipment(status=status)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(shipment, act)(**ACTS[act])
            assert shipment.status == status
            return
        getattr(shipment, act)(**ACTS[act])
        assert shipment.status == ALLOWED[status, act]

    def test_know_every_transition(self):
        assert {t.name for t in Shipment().get_all_status_transitions()} == set(ACTS)
