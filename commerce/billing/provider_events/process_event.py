"""Process a provider's event: it says that something may have changed, and we go and look.

Nothing is taken from the event but the name of what it is about. Events come twice, late and in
any order; what the provider answers when asked is always the newest.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.disputes.record_dispute import record_dispute
from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.provider import provider
from commerce.billing.payments.record_charge import record_charge
from commerce.billing.provider_events.event_schedule import retry_at
from commerce.billing.provider_events.models import ProviderEvent
from commerce.billing.refunds.adopt_refund import adopt_refund
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.record_refund import record_refund
from commerce.shared.scrubbing import scrub_text


def process_event(*, event_id: UUID, now: datetime) -> None:
    """Do what an event is a reason for; once it is done, doing it again changes nothing.

    A failure is kept on the event, which is tried again later and in the end parked for a person.
    """
    event = ProviderEvent.objects.get(pk=event_id)
    if event.processed_at:
        return
    try:
        _follow(event, now=now)
    except Exception as failure:
        _postpone(event, scrub_text(repr(failure)), now=now)
        raise
    ProviderEvent.objects.filter(pk=event_id).update(
        processed_at=now, next_attempt_at=None, parked_at=None
    )


def _follow(event: ProviderEvent, *, now: datetime) -> None:
    match event.object_id.partition("_")[0]:
        case "pi":
            _follow_charge(event.object_id, now=now)
        case "re" | "pyr":
            _follow_refund(event.object_id, now=now)
        case "du" | "dp":
            record_dispute(answer=provider().retrieve_dispute(event.object_id), now=now)
        # All else is stored, and changes nothing of ours.


def _follow_charge(provider_id: str, *, now: datetime) -> None:
    known = Attempt.objects.filter(provider_id=provider_id).first()
    if known and known.status == Attempt.Status.SUCCEEDED:
        return
    charge = provider().retrieve(provider_id)
    attempt = known
    if attempt is None and charge.attempt_id:
        attempt = Attempt.objects.filter(pk=charge.attempt_id).first()
    if attempt:
        record_charge(attempt_id=attempt.id, charge=charge, now=now)


def _follow_refund(provider_id: str, *, now: datetime) -> None:
    answer = provider().retrieve_refund(provider_id)
    known = Refund.objects.filter(provider_id=provider_id).first()
    if known is None and answer.refund_id:
        known = Refund.objects.filter(pk=answer.refund_id).first()
    if known:
        record_refund(refund_id=known.id, answer=answer, now=now)
        return
    attempt = Attempt.objects.filter(provider_id=answer.charge).first()
    if attempt:
        adopt_refund(answer=answer, attempt_id=attempt.id, now=now)


def _postpone(event: ProviderEvent, error: str, *, now: datetime) -> None:
    attempts = event.attempts + 1
    next_attempt_at = retry_at(attempts=attempts, now=now)
    with transaction.atomic(durable=True):
        ProviderEvent.objects.filter(pk=event.pk).update(
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            parked_at=None if next_attempt_at else now,
            last_error=error[:2000],
        )
        if next_attempt_at is None:
            open_incident(
                kind="provider_event_parked",
                subject=event.event_id,
                details={"error": error[:500]},
                now=now,
            )
