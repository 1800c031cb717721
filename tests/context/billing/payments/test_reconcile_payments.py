"""Reconciling: asking about money whose fate is open, until the provider has said."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from commerce.billing.models import Attempt, Incident, Order, Payment
from commerce.billing.payments import reconcile_payments as reconcile_module
from commerce.billing.payments.check_schedule import CHECK_DELAYS
from commerce.billing.payments.reconcile_payments import reconcile_payments
from tests.context.billing.flows import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    SECURE,
    complete,
    findings,
    moved,
    start,
)

pytestmark = pytest.mark.usefixtures("shop")


def lost(stripe, kind="cut_after_commit", *, card="pm_card_visa"):
    """An order whose payment nobody knows the end of."""
    stripe.control("POST", "faults", {"kind": kind, "count": 1, "path": "/v1/payment_intents"})
    done = complete(start(), card=card)
    assert done.attempt.status == "unknown"
    return done.order


def breaks(**_):
    raise RuntimeError


def runs_out_of_time(**_):
    raise SoftTimeLimitExceeded


class TestAnUnknownPayment:
    def test_is_found_to_have_succeeded(self, stripe):
        order = lost(stripe)

        assert reconcile_payments(now=NOON + MINUTE) == 1

        order.refresh_from_db()
        assert order.status == "paid"
        assert moved(stripe) == [30_99]
        assert findings() == []

    def test_is_found_to_have_been_declined(self, stripe):
        order = lost(stripe, card="pm_card_visa_chargeDeclined")

        reconcile_payments(now=NOON + MINUTE)

        assert Payment.objects.get().status == "requires_payment_method"
        assert Attempt.objects.get().decline_code == "generic_decline"
        order.refresh_from_db()
        assert order.status == "placed"

    def test_is_sent_again_under_the_same_key_when_it_never_arrived(self, stripe):
        order = lost(stripe, "cut_before_commit")

        reconcile_payments(now=NOON + MINUTE)

        order.refresh_from_db()
        assert order.status == "paid"
        (charge,) = stripe.journal()
        assert charge["idempotency_key"] == str(Attempt.objects.get().id)

    @pytest.mark.parametrize("kind", ["error_after_commit", "error_before_commit", "key_in_use"])
    def test_survives_a_500_that_is_replayed_for_its_key(self, stripe, kind):
        order = lost(stripe, kind)

        for now in (NOON + MINUTE, NOON + 10 * MINUTE, NOON + 2 * HOUR):
            reconcile_payments(now=now)

        order.refresh_from_db()
        # Stripe replays the saved 500 of a call that did nothing: then nobody may say what is true.
        is_frozen = kind == "error_before_commit"
        assert order.status == ("placed" if is_frozen else "paid")
        assert moved(stripe) == ([] if is_frozen else [30_99])

    def test_is_not_asked_about_before_its_time(self, stripe):
        lost(stripe)

        assert reconcile_payments(now=NOON + CHECK_DELAYS[0] - SECOND) == 0

    def test_is_never_charged_again_once_the_provider_has_forgotten_the_key(self, stripe):
        order = lost(stripe, "cut_before_commit")
        stripe.control("POST", "forget_idempotency_keys")

        reconcile_payments(now=NOON + DAY + HOUR)

        order.refresh_from_db()
        assert order.status == "placed"
        assert Attempt.objects.get().status == "unknown"
        assert stripe.journal() == []

    def test_is_found_by_our_own_id_once_the_key_is_forgotten(self, stripe):
        order = lost(stripe)
        stripe.control("POST", "forget_idempotency_keys")

        reconcile_payments(now=NOON + DAY + HOUR)

        order.refresh_from_db()
        assert order.status == "paid"
        assert moved(stripe) == [30_99]

    def test_is_handed_to_a_person_when_the_schedule_has_ended(self, stripe):
        lost(stripe)
        stripe.control("POST", "faults", {"kind": "cut_before_commit"})

        now = NOON
        for delay in CHECK_DELAYS:
            now += delay + 3 * MINUTE
            assert reconcile_payments(now=now) == 1
        assert reconcile_payments(now=now + 30 * DAY) == 0

        attempt, incident = Attempt.objects.get(), Incident.objects.get()
        assert (attempt.status, attempt.check_at) == ("unknown", None)
        assert incident.kind == "payment_unresolved"

    def test_does_not_let_another_one_wait_that_breaks(self, stripe, monkeypatch):
        broken, fine = lost(stripe), lost(stripe)
        real = reconcile_module.reconcile_attempt

        def breaks_once(*, attempt_id, now):
            if attempt_id == broken.payments.get().attempts.get().id:
                raise RuntimeError
            return real(attempt_id=attempt_id, now=now)

        monkeypatch.setattr(reconcile_module, "reconcile_attempt", breaks_once)

        assert reconcile_payments(now=NOON + MINUTE) == 2

        fine.refresh_from_db()
        assert fine.status == "paid"
        monkeypatch.undo()
        assert reconcile_payments(now=NOON + MINUTE) == 0

    def test_that_breaks_every_time_becomes_a_persons(self, stripe, monkeypatch):
        order = lost(stripe)
        monkeypatch.setattr(reconcile_module, "reconcile_attempt", breaks)

        now = NOON
        for delay in CHECK_DELAYS:
            now += delay + 3 * MINUTE
            assert reconcile_payments(now=now) == 1

        assert reconcile_payments(now=now + 30 * DAY) == 0
        assert Incident.objects.get().kind == "payment_unresolved"
        assert order.payments.get().attempts.get().check_at is None

    def test_is_counted_as_far_as_a_number_goes(self, stripe):
        lost(stripe)
        Attempt.objects.update(checks=2**15 - 1)

        assert reconcile_payments(now=NOON + MINUTE) == 1

    def test_does_not_swallow_the_end_of_the_tasks_time(self, stripe, monkeypatch):
        lost(stripe)
        monkeypatch.setattr(reconcile_module, "reconcile_attempt", runs_out_of_time)

        with pytest.raises(SoftTimeLimitExceeded):
            reconcile_payments(now=NOON + MINUTE)

        assert Attempt.objects.get().check_at > NOON + MINUTE

    def test_blocks_every_other_attempt(self, stripe):
        started = start()
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        first = complete(started)

        second = complete(started, card="pm_card_mastercard", now=NOON + MINUTE)

        assert second.attempt == first.attempt
        assert Attempt.objects.count() == 1


class TestAnAttemptThatWaitsForTheCustomer:
    def test_is_settled_without_any_webhook(self, stripe):
        done = complete(start(), card=SECURE)
        stripe.control(
            "POST",
            f"payment_intents/{done.attempt.provider_id}/authenticate",
            {"outcome": "succeed"},
        )

        reconcile_payments(now=NOON + MINUTE)

        assert Order.objects.get().status == "paid"

    def test_falls_back_when_the_customer_fails(self, stripe):
        done = complete(start(), card=SECURE)
        stripe.control(
            "POST",
            f"payment_intents/{done.attempt.provider_id}/authenticate",
            {"outcome": "fail"},
        )

        reconcile_payments(now=NOON + MINUTE)

        attempt = Attempt.objects.get()
        assert (attempt.status, attempt.decline_code) == (
            "declined",
            "payment_intent_authentication_failure",
        )

    def test_goes_on_waiting(self, stripe):
        complete(start(), card=SECURE)

        reconcile_payments(now=NOON + MINUTE)

        attempt = Attempt.objects.get()
        assert (attempt.status, attempt.checks) == ("requires_action", 1)
        assert attempt.check_at == NOON + MINUTE + CHECK_DELAYS[1]
