"""Note how far an attempt has come that is not over yet, or that nobody has answered for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.payments.check_schedule import next_check_at
from commerce.billing.payments.gateway import Charge, ChargeStatus
from commerce.billing.payments.locks import lock_attempt
from commerce.billing.payments.models import Attempt
from commerce.shared import ids


def note_progress(
    *, attempt_id: UUID, charge: Charge | None, was_reached: bool = True, now: datetime
) -> Attempt:
    """Store what the provider says of an open attempt; `charge=None`: it has not answered.

    One that could not be reached has told nothing: the attempt stays as it is, and is looked at
    later.

    An attempt that is over stays over: news may come late and in any order.
    """
    with transaction.atomic(durable=True):
        attempt = lock_attempt(attempt_id)
        if not attempt.is_open:
            return attempt

        payment = attempt.payment
        match charge and charge.status:
            case ChargeStatus.REQUIRES_ACTION:
                attempt.await_action(next_action=dict(charge.next_action or {}) if charge else {})
                payment.await_action()
            case ChargeStatus.PROCESSING:
                attempt.process()
                payment.process()
            case ChargeStatus.REQUIRES_CAPTURE:
                attempt.authorize()
                payment.authorize()
            case _ if was_reached:
                attempt.lose_track()
                payment.lose_track()
        if charge:
            attempt.provider_id = charge.provider_id
        attempt.check_at = next_check_at(checks=attempt.checks, now=now)
        if attempt.check_at is None:
            open_incident(kind="payment_unresolved", subject=ids.encode("att", attempt.id), now=now)
        attempt.save()
        payment.save(update_fields=["status"])
    return attempt
