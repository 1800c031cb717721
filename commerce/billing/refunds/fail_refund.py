"""Fail a refund: the provider does not accept it at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.refunds.locks import lock_refund
from commerce.billing.refunds.mark_refund_failed import mark_refund_failed
from commerce.billing.refunds.models import Refund


def fail_refund(*, refund_id: UUID, reason: str, now: datetime) -> Refund:
    """Note that the provider does not accept a refund. May be repeated."""
    with transaction.atomic(durable=True):
        refund, order = lock_refund(refund_id)
        mark_refund_failed(refund, order, reason=reason, at=now)
        refund.save()
    return refund
