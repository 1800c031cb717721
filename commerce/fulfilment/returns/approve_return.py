"""Approve a return: the customer may send it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.queries import lock_return


def approve_return(*, return_id: UUID, now: datetime) -> Return:
    """Expect the units back. Approving again changes nothing.

    Raises:
        ReturnNotFound: there is no such return.
        WrongStatus: it was rejected.
    """
    with transaction.atomic(durable=True):
        asked = lock_return(return_id)
        if asked.status != Return.Status.REJECTED and asked.approved_at:
            return asked
        if not can_proceed(asked.approve):
            raise WrongStatus(current_status=asked.status)
        asked.approve(at=now)
        asked.save()
    return asked
