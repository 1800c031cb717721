"""Processing a parked event again: done at last, or parked with a new reason."""

from __future__ import annotations

import pytest

from commerce.billing.models import ProviderEvent
from commerce.billing.payments.gateway import ProviderUnknown
from commerce.billing.provider_events import process_event as module
from commerce.billing.provider_events.process_event_again import process_event_again
from tests.context.billing.flows import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked() -> ProviderEvent:
    return ProviderEvent.objects.create(
        event_id="evt_1",
        type="payment_intent.succeeded",
        object_id="pi_1",
        payload={},
        received_at=NOON,
        attempts=12,
        parked_at=NOON,
        last_error="the provider was away",
    )


class FailingProvider:
    def retrieve(self, provider_id: str) -> None:
        raise ProviderUnknown


class TestProcessingAnEventAgain:
    def test_does_what_it_is_a_reason_for(self, parked):
        ProviderEvent.objects.filter(pk=parked.pk).update(object_id="in_1")  # nothing of ours

        again = process_event_again(event_id=parked.pk, now=NOON)

        assert (again.processed_at, again.parked_at, again.next_attempt_at) == (NOON, None, None)

    def test_tries_by_itself_again_if_it_fails(self, parked, monkeypatch):
        monkeypatch.setattr(module, "provider", FailingProvider)

        again = process_event_again(event_id=parked.pk, now=NOON)

        assert (again.processed_at, again.parked_at, again.attempts) == (None, None, 1)
        assert again.next_attempt_at > NOON
        assert "ProviderUnknown" in again.last_error

    def test_of_one_that_is_done_changes_nothing(self, parked):
        ProviderEvent.objects.filter(pk=parked.pk).update(processed_at=NOON, parked_at=None)

        assert process_event_again(event_id=parked.pk, now=NOON).attempts == 12
