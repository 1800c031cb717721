"""Stripe's words and ours: statuses, decline codes, ids, events. What needs the SDK is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import requests

from commerce.billing.payments.gateway import ChargeStatus, Event, ProviderRefund, RefundOutcome
from commerce.billing.payments.stripe_amounts import from_stripe

_STATUS = {
    "requires_action": ChargeStatus.REQUIRES_ACTION,
    # Confirmed intents never stop here; if one does, it is asked about again like any other.
    "requires_confirmation": ChargeStatus.PROCESSING,
    "processing": ChargeStatus.PROCESSING,
    "requires_capture": ChargeStatus.REQUIRES_CAPTURE,
    "succeeded": ChargeStatus.SUCCEEDED,
    "requires_payment_method": ChargeStatus.DECLINED,
    "canceled": ChargeStatus.CANCELED,
}
_REFUND_STATUS = {
    "pending": RefundOutcome.PENDING,
    "requires_action": RefundOutcome.PENDING,
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}


def charge_status(said: str) -> ChargeStatus:
    """A word that Stripe may add one day is not over yet: it is asked about again."""
    return _STATUS.get(said, ChargeStatus.PROCESSING)


def decline_code_of(error: Any) -> str:
    """Give the bank's reason, else Stripe's; `generic_decline` says that there is none."""
    said = getattr(error, "decline_code", None) or getattr(error, "code", None)
    return str(said or "generic_decline")


def next_action_of(intent: Any) -> Mapping[str, object] | None:
    """Give what Stripe's libraries in browsers and phones need to go on."""
    if intent.next_action is None:
        return None
    action: dict[str, object] = intent.next_action.to_dict()
    return {**action, "client_secret": intent.client_secret}


def refund_of(refund: Any) -> ProviderRefund:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return ProviderRefund(
        provider_id=refund.id,
        status=_REFUND_STATUS.get(refund.status or "pending", RefundOutcome.PENDING),
        amount=from_stripe(refund.amount, refund.currency),
        refund_id=uuid_of(metadata.get("refund_id")),
        charge=id_of(refund.payment_intent),
        failure_reason=getattr(refund, "failure_reason", None) or "",
    )


def event_of(event: Mapping[str, Any]) -> Event:
    data = event.get("data") or {}
    subject = data.get("object") or {}
    return Event(
        event_id=str(event["id"]),
        type=str(event["type"]),
        object_id=str(subject.get("id") or ""),
        created_at=datetime.fromtimestamp(event["created"], UTC),
        payload=event,
    )


def id_of(reference: object) -> str:
    return reference if isinstance(reference, str) else str(getattr(reference, "id", "") or "")


def uuid_of(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def never_connected(cause: BaseException | None) -> bool:
    if isinstance(cause, requests.ConnectTimeout):
        return True
    # requests wraps urllib3, which wraps the socket's own error: "Connection refused" and an
    # unknown host are the two where not a byte has left.
    return isinstance(cause, requests.ConnectionError) and "NewConnectionError" in repr(cause)
