"""Close a return: its units are booked, and nothing more is to be done about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.refusals import WrongStatus
from commerce.fulfilment.returns.models import Return
from commerce.fulfilment.returns.queries import lock_return


def close_return(*, return_id: UUID, now: datetime) -> Return:
    """Take a received return off the list. Closing again changes nothing.

    Raises:
        ReturnNotFound: there is no such return.
        WrongStatus: its units have not been received.
    """
    with transaction.atomic(durable=True):
        received = lock_return(return_id)
        if received.status == Return.Status.CLOSED:
            return received
        if not can_proceed(received.close):
            raise WrongStatus(current_status=received.status)
        received.close(at=now)
        received.save()
    return received
