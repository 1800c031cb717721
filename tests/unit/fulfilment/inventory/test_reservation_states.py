"""Every way a reservation can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.fulfilment.inventory.models import ReservationStatus, StockReservation

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

# Status → what may be done to it → where that leads. Everything else is refused.
ALLOWED = {
    ("held", "allocate"): "allocated",
    ("held", "release"): "released",
    ("held", "renew"): "held",
    ("released", "renew"): "held",
}
ACTS = {
    "allocate": {"at": NOON},
    "release": {"at": NOON},
    "renew": {"until": NOON, "at": NOON},
}


class TestReservationStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", ReservationStatus.values)
    def test_allow_exactly_these_ways(self, status, act):
        reservation = StockReservation(status=status)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(reservation, act)(**ACTS[act])
            assert reservation.status == status
            return
        getattr(reservation, act)(**ACTS[act])
        assert reservation.status == ALLOWED[status, act]

    def test_know_every_transition(self):
        assert {t.name for t in StockReservation().get_all_status_transitions()} == set(ACTS)
