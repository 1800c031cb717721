"""When the provider is asked again: soon, then patiently, then never by itself."""

from __future__ import annotations

import datetime as dt

from commerce.billing.payments.check_schedule import CHECK_DELAYS, KEY_LIVES_FOR, next_check_at
from commerce.billing.provider_events.event_schedule import ATTEMPTS_BEFORE_PARKING, retry_at

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def test_looks_get_rarer_and_end():
    looks = [next_check_at(checks=n, now=NOON) for n in range(len(CHECK_DELAYS) + 1)]

    assert looks == [*(NOON + delay for delay in CHECK_DELAYS), None]
    assert list(CHECK_DELAYS) == sorted(CHECK_DELAYS)


def test_looks_go_on_for_longer_than_the_provider_keeps_keys():
    assert sum(CHECK_DELAYS, dt.timedelta()) > KEY_LIVES_FOR


def test_an_event_is_tried_for_hours_and_then_parked():
    delays = [
        (retry_at(attempts=n, now=NOON) or NOON) - NOON for n in range(1, ATTEMPTS_BEFORE_PARKING)
    ]

    assert [delay.total_seconds() for delay in delays[:4]] == [10, 20, 40, 80]
    assert max(delays) == dt.timedelta(hours=1)
    assert retry_at(attempts=ATTEMPTS_BEFORE_PARKING, now=NOON) is None
