"""Processing a parked carrier event again: done at last, or due once more."""

from __future__ import annotations

import datetime as dt

import pytest

from commerce.fulfilment.carriers.process_event_again import process_event_again
from commerce.fulfilment.models import CarrierEvent

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def parked(body: str) -> CarrierEvent:
    return CarrierEvent.objects.create(
        provider="sandbox",
        event_id="evt_1",
        body=body,
        received_at=NOON,
        attempts=12,
        parked_at=NOON,
    )


class TestProcessingAnEventAgain:
    def test_works_it_off(self):
        event = parked('{"type": "label.printed"}')  # stored, and moves nothing

        again = process_event_again(event_id=event.pk, now=NOON)

        assert (again.processed_at, again.parked_at) == (NOON, None)

    def test_tries_by_itself_again_if_it_fails(self):
        event = parked('{"type": "tracking.updated", "data": {"reference": "?"}}')

        again = process_event_again(event_id=event.pk, now=NOON)

        assert (again.processed_at, again.parked_at, again.attempts) == (None, None, 1)
        assert again.next_attempt_at > NOON
        assert again.last_error

    def test_of_one_that_is_done_changes_nothing(self):
        event = parked("{}")
        CarrierEvent.objects.filter(pk=event.pk).update(processed_at=NOON, parked_at=None)

        assert process_event_again(event_id=event.pk, now=NOON).attempts == 12
