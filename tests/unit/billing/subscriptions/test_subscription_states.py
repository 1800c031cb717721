"""Every way a subscription can change, and every way it cannot."""

import datetime as dt

import pytest
from django_fsm import TransitionNotAllowed

from commerce.billing.subscriptions.models import BILLED, Subscription

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

# Status → what may be done to it → where that leads. Everything else is refused.
ALLOWED = {
    ("incomplete", "start_trial"): "trialing",
    ("incomplete", "activate"): "active",
    ("trialing", "activate"): "active",
    ("trialing", "cancel"): "canceled",
    ("active", "fall_behind"): "past_due",
    ("active", "give_up"): "unpaid",
    ("active", "cancel"): "canceled",
    ("past_due", "activate"): "active",
    ("past_due", "fall_behind"): "past_due",
    ("past_due", "give_up"): "unpaid",
    ("past_due", "cancel"): "canceled",
    ("unpaid", "activate"): "active",
    ("unpaid", "cancel"): "canceled",
}
ACTS = {"start_trial": {}, "activate": {}, "fall_behind": {}, "give_up": {}, "cancel": {"at": NOON}}


def subscription_in(status):
    return Subscription(
        status=status,
        current_period_end=NOON,
        trial_ends_at=NOON,
        next_billing_at=NOON if status in BILLED else None,
    )


class TestSubscriptionStates:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("status", Subscription.Status.values)
    def test_allow_exactly_these_ways(self, status, act):
        subscription = subscription_in(status)

        if (status, act) not in ALLOWED:
            with pytest.raises(TransitionNotAllowed):
                getattr(subscription, act)(**ACTS[act])
            assert subscription.status == status
            return
        getattr(subscription, act)(**ACTS[act])
        assert subscription.status == ALLOWED[status, act]

    @pytest.mark.parametrize(("status", "act"), ALLOWED)
    def test_leave_it_due_exactly_while_it_is_billed(self, status, act):
        subscription = subscription_in(status)

        getattr(subscription, act)(**ACTS[act])

        assert (subscription.next_billing_at is not None) == (subscription.status in BILLED)

    def test_know_every_transition(self):
        assert {t.name for t in Subscription().get_all_status_transitions()} == set(ACTS)
