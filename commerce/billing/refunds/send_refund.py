"""Send a refund: ask the provider to give the money back, and record what it says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.payments.check_schedule import KEY_LIVES_FOR
from commerce.billing.payments.gateway import (
    ProviderRefund,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
    RefundRequest,
)
from commerce.billing.payments.provider import provider
from commerce.billing.refunds.fail_refund import fail_refund
from commerce.billing.refunds.models import Refund
from commerce.billing.refunds.record_refund import record_refund


def send_refund(*, refund_id: UUID, now: datetime) -> Refund:
    """Send what is stored, or find out how it went. May be repeated, also by two at once.

    The provider's idempotency key is the refund's id, so only the first sending moves money; once
    the provider may have forgotten the key, it is asked before anything is sent again.
    """
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    if not refund.is_open:
        return refund
    try:
        answer = _ask(refund, now=now)
    except (ProviderUnknown, ProviderUnavailable):
        return record_refund(refund_id=refund_id, answer=None, now=now)
    except ProviderRefused as refused:
        return fail_refund(refund_id=refund_id, reason=refused.provider_code, now=now)
    return record_refund(refund_id=refund_id, answer=answer, now=now)


def _ask(refund: Refund, *, now: datetime) -> ProviderRefund:
    if refund.provider_id:
        return provider().retrieve_refund(refund.provider_id)
    charge = refund.attempt.provider_id or ""
    if refund.status != Refund.Status.SENDING or refund.created_at < now - KEY_LIVES_FOR:
        found = provider().find_refund(refund.id, charge=charge)
        if found:
            return found
    return provider().refund(
        RefundRequest(refund_id=refund.id, charge=charge, amount=refund.amount)
    )
