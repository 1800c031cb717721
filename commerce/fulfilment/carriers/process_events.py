"""Process events: what carriers have told us moves our shipments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import orjson
import structlog

from commerce.fulfilment.carriers.models import CarrierEvent
from commerce.fulfilment.shipments.record_tracking import TrackingUpdate, record_tracking
from commerce.shared.codec import from_plain
from commerce.shared.ids import decode
from commerce.shared.scrubbing import scrub_text
from commerce.shared.sweeping import outcome_of

log = structlog.get_logger(__name__)

BATCH_SIZE: Final = 100
TRY_AGAIN_AFTER: Final = timedelta(seconds=5)
TRY_AGAIN_AT_LEAST_EVERY: Final = timedelta(minutes=10)
# With the delays above, about an hour. Then a person has to look.
ATTEMPTS_BEFORE_PARKING: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """Which shipment an event is about: the reference we bought its label under."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    type: str


def process_events(*, now: datetime, event_id: UUID | None = None) -> int:
    """Work off events that are due, or the one that has just come in; say how many were tried.

    Any number may run at once. An event that fails is tried again, ever later, then parked.
    """
    claimed = _claim(now, event_id=event_id)
    for event in claimed:
        rows = CarrierEvent.objects.filter(pk=event.pk, processed_at__isnull=True)
        outcome = outcome_of(partial(_process, event))
        if isinstance(outcome, Exception):
            # One event must not keep the others from being heard; it stays due itself.
            log.error("fulfilment.carrier_event.failed", event_id=event.event_id, exc_info=outcome)
            is_last = event.attempts >= ATTEMPTS_BEFORE_PARKING
            end = {"parked_at": now, "next_attempt_at": None} if is_last else {}
            rows.update(last_error=scrub_text(repr(outcome))[:2000], **end)
        else:
            rows.update(processed_at=now, next_attempt_at=None, last_error="")
    return len(claimed)


def _process(event: CarrierEvent) -> None:
    body = orjson.loads(event.body)
    if from_plain(_Envelope, body).type != "tracking.updated":
        return
    parcel = from_plain(_Parcel, body["data"])
    record_tracking(
        shipment_id=decode("ship", parcel.reference),
        update=from_plain(TrackingUpdate, body["data"]),
    )


def _claim(now: datetime, *, event_id: UUID | None) -> list[CarrierEvent]:
    only = "" if event_id is None else "AND id = %(id)s"
    return list(
        CarrierEvent.objects.raw(
            f"""
            UPDATE fulfilment_carrierevent
               SET attempts = attempts + 1,
                   next_attempt_at = %(now)s + LEAST(%(after)s * power(2, attempts), %(most)s)
             WHERE id IN (SELECT id FROM fulfilment_carrierevent
                           WHERE next_attempt_at <= %(now)s {only}
                           ORDER BY next_attempt_at, id LIMIT %(batch)s
                             FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING *
            """,  # noqa: S608 - one of two constant conditions
            {
                "now": now,
                "id": event_id,
                "after": TRY_AGAIN_AFTER,
                "most": TRY_AGAIN_AT_LEAST_EVERY,
                "batch": BATCH_SIZE,
            },
        )
    )
