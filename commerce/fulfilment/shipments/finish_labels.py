"""Finish labels: ask the carrier again for what it has not answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from commerce.fulfilment.carriers.gateway import CarrierRefused, CarrierUnavailable
from commerce.fulfilment.shipments.buy_label import buy_label
from commerce.fulfilment.shipments.give_label_back import give_label_back
from commerce.fulfilment.shipments.models import Shipment

log = structlog.get_logger(__name__)

# At seven seconds a call, a carrier that hangs costs less than a task may take.
BATCH_SIZE = 10
ASK_AGAIN_AFTER = timedelta(seconds=15)
ASK_AGAIN_AT_LEAST_EVERY = timedelta(minutes=10)


def finish_labels(*, now: datetime) -> int:
    """Buy labels that are missing, give back those of canceled shipments; say how many were due.

    Any number may run: a claimed shipment is due again only after a while.
    """
    claimed = _claim(now)
    for shipment in claimed:
        try:
            if shipment.status == Shipment.Status.PACKING:
                buy_label(shipment_id=shipment.id, now=now)
            else:
                give_label_back(shipment_id=shipment.id, now=now)
        except (CarrierRefused, CarrierUnavailable) as failure:
            log.warning(
                "fulfilment.label.not_finished", shipment_id=str(shipment.id), error=str(failure)
            )
    return len(claimed)


def _claim(now: datetime) -> list[Shipment]:
    return list(
        Shipment.objects.raw(
            """
            UPDATE fulfilment_shipment
               SET attempts = LEAST(attempts + 1, 30000),
                   next_attempt_at = %s + LEAST(%s * power(2, LEAST(attempts, 20)), %s)
             WHERE id IN (SELECT id FROM fulfilment_shipment WHERE next_attempt_at <= %s
                           ORDER BY next_attempt_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING *
            """,
            [now, ASK_AGAIN_AFTER, ASK_AGAIN_AT_LEAST_EVERY, now, BATCH_SIZE],
        )
    )
