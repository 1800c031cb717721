"""Idempotency keys: one of many runs, the others get its answer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from commerce.shared.idempotency import (
    LEASE,
    Claim,
    IdempotencyKeyReused,
    Replay,
    RequestInProgress,
    abandon,
    claim,
    fingerprint_of,
    finish,
    forget_old,
    release,
)
from tests.sample.models import IdempotencyRecord, Note

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def take(*, now=NOON, **changes) -> Claim | Replay:
    request = {
        "owner": "customer:1",
        "endpoint": "POST /v1/x",
        "key": "key-1",
        "fingerprint": fingerprint_of(b"body"),
    }
    return claim(IdempotencyRecord, **{**request, **changes}, now=now)


@pytest.mark.django_db
class TestClaim:
    def test_is_answered_like_the_first_once_that_is_done(self):
        first = take()
        finish(IdempotencyRecord, first, status=201, body=b'{"id": 1}')

        assert take() == Replay(status=201, body=b'{"id": 1}')

    def test_waits_while_the_first_is_running(self):
        take()

        with pytest.raises(RequestInProgress):
            take(now=NOON + LEASE)

    def test_refuses_the_key_for_another_body(self):
        finish(IdempotencyRecord, take(), status=201, body=b"")

        with pytest.raises(IdempotencyKeyReused):
            take(fingerprint=fingerprint_of(b"another body"))

    def test_refuses_the_key_for_another_body_also_after_the_first_died(self):
        take()

        with pytest.raises(IdempotencyKeyReused):
            take(fingerprint=fingerprint_of(b"another body"), now=NOON + 2 * LEASE)

    @pytest.mark.parametrize(
        "other", [{"owner": "customer:2"}, {"endpoint": "POST /v1/y"}, {"key": "key-2"}]
    )
    def test_is_a_space_of_its_own_for_each_caller_and_endpoint(self, other):
        finish(IdempotencyRecord, take(), status=201, body=b"mine")

        assert isinstance(take(**other), Claim)

    def test_goes_on_under_the_same_reference_after_the_first_died(self):
        first = take()
        second = take(now=NOON + LEASE + SECOND)

        assert second.reference == first.reference
        assert second.lease_token != first.lease_token

    def test_goes_on_at_once_after_the_first_gave_up(self):
        first = take()
        abandon(IdempotencyRecord, first, now=NOON + SECOND)

        assert take(now=NOON + 2 * SECOND).reference == first.reference

    def test_starts_anew_after_the_first_did_nothing(self):
        first = take()
        release(IdempotencyRecord, first)

        assert take(fingerprint=fingerprint_of(b"corrected")).reference != first.reference

    @pytest.mark.parametrize(
        "too_late",
        [
            lambda slow: finish(IdempotencyRecord, slow, status=500, body=b"slow"),
            lambda slow: release(IdempotencyRecord, slow),
            lambda slow: abandon(IdempotencyRecord, slow, now=NOON),
        ],
        ids=["finish", "release", "abandon"],
    )
    @pytest.mark.parametrize("fast_is_done", [False, True])
    def test_of_one_who_lost_the_lease_changes_nothing_any_more(self, too_late, fast_is_done):
        slow = take()
        fast = take(now=NOON + LEASE + SECOND)

        if not fast_is_done:
            too_late(slow)
        finish(IdempotencyRecord, fast, status=201, body=b"fast")
        if fast_is_done:
            too_late(slow)

        assert take() == Replay(status=201, body=b"fast")

    def test_is_forgotten_after_a_week(self):
        finish(IdempotencyRecord, take(), status=201, body=b"")

        assert forget_old(IdempotencyRecord, now=NOON + dt.timedelta(days=7)) == 0
        assert forget_old(IdempotencyRecord, now=NOON + dt.timedelta(days=7, seconds=1)) == 1


class TestFingerprint:
    def test_does_not_confuse_where_one_part_ends(self):
        assert fingerprint_of(b"ab", b"c") != fingerprint_of(b"a", b"bc")


@pytest.mark.django_db(transaction=True)
class TestClaimsAtOnce:
    @pytest.mark.parametrize("died_before", [False, True])
    def test_let_one_of_twenty_run(self, died_before):
        if died_before:
            take(now=NOON - 2 * LEASE)
        everyone = Barrier(20)

        def click(_):
            try:
                connection.ensure_connection()
                everyone.wait(10)
                won = take()
                assert isinstance(won, Claim)
                Note.objects.create(text="effect")
            except RequestInProgress:
                return "in progress"
            finally:
                connection.close()
            return "ran"

        with ThreadPoolExecutor(20) as threads:
            outcomes = Counter(threads.map(click, range(20)))

        assert outcomes == {"ran": 1, "in progress": 19}
        assert Note.objects.count() == 1

    def test_go_on_when_the_first_was_refused_and_let_the_key_go(self):
        everyone = Barrier(20)

        def click(_):
            try:
                connection.ensure_connection()
                everyone.wait(10)
                release(IdempotencyRecord, take())
            except RequestInProgress:
                return "in progress"
            finally:
                connection.close()
            return "refused"

        for _ in range(10):
            with ThreadPoolExecutor(20) as threads:
                outcomes = Counter(threads.map(click, range(20)))
            assert outcomes["refused"] >= 1
            assert outcomes.total() == 20
