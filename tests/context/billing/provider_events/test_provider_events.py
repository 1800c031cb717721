"""Webhooks: before the response, twice, late, out of order or never, the shop ends up the same."""

from __future__ import annotations

import datetime as dt
import json
import random
import time

import orjson
import pytest
import stripe as sdk
from django.conf import settings as live_settings

from commerce.billing.incidents.models import Incident
from commerce.billing.models import Attempt, Order, Payment, ProviderEvent, Refund
from commerce.billing.payments.gateway import Event, ProviderUnknown
from commerce.billing.provider_events.catch_up_with_events import catch_up_with_events
from commerce.billing.provider_events.event_schedule import ATTEMPTS_BEFORE_PARKING
from commerce.billing.provider_events.fetch_missed_events import fetch_missed_events
from commerce.billing.provider_events.process_event import process_event
from commerce.billing.provider_events.receive_event import receive_event
from commerce.billing.provider_events.sweep_events import sweep_events
from tests.context.billing.conftest import WEBHOOK_SECRET
from tests.context.billing.flows import (
    BROKE,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    SECURE,
    balances,
    bought,
    complete,
    findings,
    start,
    told,
)

pytestmark = pytest.mark.usefixtures("shop")

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def deliver_everything(*, order: int | None = None, times: int = 1) -> None:
    """Fetch what the provider has said, and process it, shuffled by a seed."""
    fetch_missed_events(since=LONG_AGO, now=NOON)
    ids = list(ProviderEvent.objects.order_by("id").values_list("pk", flat=True)) * times
    if order is not None:
        random.Random(order).shuffle(ids)
    for event_id in ids:
        process_event(event_id=event_id, now=NOON + MINUTE)


def authenticate(stripe, attempt, outcome="succeed"):
    stripe.control(
        "POST", f"payment_intents/{attempt.provider_id}/authenticate", {"outcome": outcome}
    )


class TestEvents:
    def test_settle_a_payment_that_waited_for_the_customer(self, stripe):
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)

        deliver_everything()

        assert Order.objects.get().status == "paid"
        assert findings() == []

    def test_settle_before_the_answer_of_the_provider_is_recorded(self, stripe, monkeypatch):
        from commerce.billing.payments import send_attempt as module

        real = module.record_charge

        def webhook_is_faster(**kwargs):
            deliver_everything()
            assert Order.objects.get().status == "paid"
            return real(**kwargs)

        monkeypatch.setattr(module, "record_charge", webhook_is_faster)

        done = complete(start())

        assert done.attempt.status == "succeeded"
        assert len(told("billing.payment_settled.v1")) == 1
        assert balances()["provider_clearing"] == 30_99

    def test_find_the_attempt_by_our_own_id_when_its_answer_was_lost(self, stripe):
        stripe.control(
            "POST",
            "faults",
            {"kind": "cut_after_commit", "count": 1, "path": "/v1/payment_intents"},
        )
        complete(start())
        assert Attempt.objects.get().provider_id is None

        deliver_everything()

        assert Order.objects.get().status == "paid"

    @pytest.mark.parametrize("seed", range(10))
    def test_lead_to_the_same_end_in_any_order_and_number(self, stripe, seed):
        with pytest.raises(Exception, match="declined"):
            complete(start(), card=BROKE)
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)
        bought()

        deliver_everything(order=seed, times=3)

        assert sorted(Order.objects.values_list("status", flat=True)) == ["paid", "paid", "placed"]
        assert balances()["provider_clearing"] == 2 * 30_99
        assert findings() == []

    def test_take_nothing_from_the_event_but_what_it_is_about(self, stripe):
        done = complete(start(), card=SECURE)
        lie = Event(
            event_id="evt_lie",
            type="payment_intent.succeeded",
            object_id=done.attempt.provider_id,
            created_at=NOON,
            payload={"data": {"object": {"status": "succeeded", "amount_received": 30_99}}},
        )

        process_event(event_id=receive_event(lie, now=NOON), now=NOON)

        assert Order.objects.get().status == "placed"

    def test_about_unknown_things_are_stored_and_change_nothing(self, stripe):
        for event_id, object_id in (("evt_1", "acct_1"), ("evt_2", ""), ("evt_3", "price_1")):
            event = Event(
                event_id=event_id, type="whatever", object_id=object_id, created_at=NOON, payload={}
            )
            process_event(event_id=receive_event(event, now=NOON), now=NOON)

        assert ProviderEvent.objects.filter(processed_at__isnull=False).count() == 3

    def test_about_another_shops_payment_change_nothing(self, stripe):
        from commerce.billing.payments.provider import provider

        intent = provider()._client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )

        deliver_everything()

        assert ProviderEvent.objects.filter(object_id=intent.id, processed_at=None).count() == 0
        assert Payment.objects.count() == 0

    def test_are_stored_once(self):
        event = Event(event_id="evt_1", type="x", object_id="", created_at=NOON, payload={})

        assert receive_event(event, now=NOON) is not None
        assert receive_event(event, now=NOON) is None


class TestARefundInTheDashboard:
    def test_is_booked_and_shown_to_finance(self, stripe):
        from commerce.billing.payments.provider import provider

        order = bought()
        provider()._client.v1.refunds.create(
            {"payment_intent": Attempt.objects.get().provider_id, "amount": 5_00}
        )

        deliver_everything(times=2)

        refund = Refund.objects.get()
        assert (refund.status, refund.amount_minor, refund.credit_note) == ("succeeded", 5_00, None)
        assert Payment.objects.get().refunded_minor == 5_00
        assert Incident.objects.get().kind == "refund_without_credit_note"
        assert balances()["provider_clearing"] == 25_99
        assert findings() == []
        order.refresh_from_db()
        assert order.status == "paid"


class TestCatchingUp:
    """The sandbox lives by the real clock, and so do these."""

    def missed(self, stripe):
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)
        return dt.datetime.now(dt.UTC) + SECOND

    @pytest.mark.parametrize("away", [dt.timedelta(hours=5), dt.timedelta(days=20)])
    def test_finds_what_was_missed_however_long_the_shop_was_away(self, stripe, away):
        catch_up_with_events(now=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
        happened = self.missed(stripe)

        run = catch_up_with_events(now=happened + away)

        assert run.details["new"] > 0
        sweep_events(now=happened + away + MINUTE)
        assert Order.objects.get().status == "paid"

    def test_goes_as_far_back_as_the_provider_remembers_when_it_never_looked(self, stripe):
        happened = self.missed(stripe)

        assert catch_up_with_events(now=happened + dt.timedelta(days=29)).details["new"] > 0

    def test_goes_on_where_the_last_run_was_out_of_time(self, stripe):
        happened = self.missed(stripe)
        now, time_left = happened + dt.timedelta(days=20), iter([True, True, False])

        first = catch_up_with_events(now=now, keep_going=lambda: next(time_left))
        second = catch_up_with_events(now=now + HOUR)

        assert first.details["new"] == 0
        assert second.details["new"] > 0

    def test_looks_again_when_a_look_has_failed(self, stripe):
        happened = self.missed(stripe)
        catch_up_with_events(now=happened - 3 * HOUR)
        stripe.control("POST", "faults", {"kind": "cut_before_commit", "path": "/v1/events*"})
        with pytest.raises(ProviderUnknown):
            catch_up_with_events(now=happened)
        stripe.control("DELETE", "faults")

        assert catch_up_with_events(now=happened + 9 * HOUR).details["new"] > 0


class TestTheSweeper:
    def test_takes_up_what_no_bell_woke_anybody_for(self, stripe):
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)
        fetch_missed_events(since=LONG_AGO, now=NOON)

        assert sweep_events(now=NOON) == 0
        assert sweep_events(now=NOON + MINUTE) > 0

        assert Order.objects.get().status == "paid"
        assert not ProviderEvent.objects.filter(next_attempt_at__isnull=False).exists()

    def test_tries_a_failing_event_again_and_parks_it_in_the_end(self, stripe):
        event = Event(event_id="evt_1", type="x", object_id="pi_gone", created_at=NOON, payload={})
        receive_event(event, now=NOON)

        now = NOON
        for _ in range(ATTEMPTS_BEFORE_PARKING):
            now += dt.timedelta(hours=2)
            assert sweep_events(now=now) == 1
        assert sweep_events(now=now + dt.timedelta(days=30)) == 0

        parked = ProviderEvent.objects.get()
        assert parked.parked_at == now
        assert "resource_missing" in parked.last_error
        assert Incident.objects.get().kind == "provider_event_parked"

    def test_does_not_let_one_event_stop_the_others(self, stripe):
        receive_event(
            Event(event_id="evt_1", type="x", object_id="pi_gone", created_at=NOON, payload={}),
            now=NOON,
        )
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)
        fetch_missed_events(since=LONG_AGO, now=NOON)

        sweep_events(now=NOON + MINUTE)

        assert Order.objects.get().status == "paid"

    def test_leaves_an_event_for_later_while_the_provider_is_away(self, stripe):
        done = complete(start(), card=SECURE)
        authenticate(stripe, done.attempt)
        fetch_missed_events(since=LONG_AGO, now=NOON)
        event = ProviderEvent.objects.filter(object_id=done.attempt.provider_id).first()
        stripe.control("POST", "faults", {"kind": "cut_before_commit", "count": 1})

        with pytest.raises(ProviderUnknown):
            process_event(event_id=event.id, now=NOON)

        event.refresh_from_db()
        assert (event.processed_at, event.attempts) == (None, 1)
        process_event(event_id=event.id, now=NOON + MINUTE)
        assert Order.objects.get().status == "paid"


class TestTheDoor:
    URL = "/v1/webhooks/stripe"
    BODY = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1800000000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }

    def post(self, api, body=None, *, secret=WEBHOOK_SECRET, at=None, signature=None):
        raw = body if isinstance(body, bytes) else orjson.dumps(body or self.BODY)
        if signature is None:
            signature = sdk.WebhookSignature.generate_signature_header(
                raw.decode("latin-1"), secret, timestamp=at or int(time.time())
            )
        return api.generic(
            "POST",
            self.URL,
            raw,
            content_type="application/json; charset=utf-8",
            headers={"Stripe-Signature": signature},
        )

    def test_stores_what_is_signed_and_answers_at_once(self, api):
        answer = self.post(api)

        assert answer.status_code == 204, answer.content
        assert ProviderEvent.objects.get().object_id == "pi_1"

    def test_answers_a_repeat_in_the_same_way(self, api):
        assert [self.post(api).status_code for _ in range(3)] == [204, 204, 204]
        assert ProviderEvent.objects.count() == 1

    def test_accepts_either_secret_while_one_is_being_replaced(self, api, settings):
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", WEBHOOK_SECRET]

        assert self.post(api).status_code == 204
        assert self.post(api, {**self.BODY, "id": "evt_2"}, secret="whsec_new").status_code == 204

    @pytest.mark.parametrize(
        "forged",
        [
            {"signature": ""},
            {"signature": "t=1,v1=00"},
            {"signature": "garbage"},
            {"secret": "whsec_another_endpoints"},
            {"at": int(time.time()) - 301},
        ],
        ids=["none", "made up", "garbage", "another secret", "five minutes old"],
    )
    def test_refuses_what_the_provider_has_not_signed_just_now(self, api, forged):
        answer = self.post(api, **forged)

        assert (answer.status_code, answer.json()["code"]) == (422, "bad_signature")
        assert not ProviderEvent.objects.exists()

    def test_refuses_a_body_that_was_changed_or_written_anew(self, api):
        signature = sdk.WebhookSignature.generate_signature_header(
            json.dumps(self.BODY), WEBHOOK_SECRET
        )
        for body in ({**self.BODY, "type": "x"}, orjson.dumps(self.BODY)):
            assert self.post(api, body, signature=signature).status_code == 422

    @pytest.mark.parametrize(
        "body", [b"{}", b"[]", b"nonsense", b'{"id": 1, "type": 2, "created": "x"}', b"null"]
    )
    def test_refuses_what_is_signed_and_no_event(self, api, body):
        assert self.post(api, body).json()["code"] == "unreadable_event"

    def test_refuses_what_is_too_long(self, api):
        body = {**self.BODY, "padding": "x" * live_settings.API_BODY_LIMIT_BYTES}

        assert self.post(api, body).status_code == 413
