"""Every way a return can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.fulfilment.returns.models import Return, ReturnStatus

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

# Status → what may be done to it → where that leads. Everything else is refused.
ALLOWED = {
    ("requested", "approve"): "approved",
    ("requested", "reject"): "rejected",
    ("approved", "reject"): "rejected",
    ("approved", "receive"): "received",
    ("received", "close"): "closed",
}
ACTS = {
    "approve": {"at": NOON},
    "reject": {"reason": "worn", "at": NOON},
    "receive": {"at": NOON},
    "close": {"at": NOON},
}


class TestReturnStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", ReturnStatus.values)
    def test_allow_exactly_these_ways(self, status, act):
        asked = Return(status=status)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(asked, act)(**ACTS[act])
            assert asked.status == status
            return
        getattr(asked, act)(**ACTS[act])
        assert asked.status == ALLOWED[status, act]

    def test_know_every_transition(self):
        assert {t.name for t in Return().get_all_status_transitions()} == set(ACTS)
