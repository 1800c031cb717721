"""Reject a return: it may not come back, or it never came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.queries import lock_return


def reject_return(*, return_id: UUID, reason: str, now: datetime) -> Return:
    """Say no; the units can be asked for again. Rejecting again keeps the first reason.

    Raises:
        ReturnNotFound: there is no such return.
        WrongStatus: the units are here already.
    """
    with transaction.atomic(durable=True):
        asked = lock_return(return_id)
        if asked.status == Return.Status.REJECTED:
            return asked
        if not can_proceed(asked.reject):
            raise WrongStatus(current_status=asked.status)
        asked.reject(reason=reason, at=now)
        asked.save()
    return asked
