"""From Stripe's words to ours, without the SDK: charges, cards, refunds, disputes, events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import requests

from commerce.billing.payments.gateway import (
    Card,
    Charge,
    ChargeRequest,
    ChargeStatus,
    Event,
    ProviderDispute,
    ProviderRefund,
    RefundOutcome,
)
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


def charge_of(intent: Any) -> Charge:
    status = charge_status(intent.status)
    return Charge(
        provider_id=intent.id,
        status=status,
        captured=from_stripe(intent.amount_received, intent.currency),
        attempt_id=uuid_of(intent.metadata.to_dict().get("attempt_id")),
        decline_code=(
            decline_code_of(intent.last_payment_error) if status == ChargeStatus.DECLINED else ""
        ),
        next_action=next_action_of(intent),
        card=card_of(intent.payment_method),
        keeps_card=intent.setup_future_usage == "off_session",
    )


def declined_charge(error: Any, request: ChargeRequest) -> Charge:
    intent = error.payment_intent if error else None
    return Charge(
        provider_id=intent.id if intent else "",
        status=ChargeStatus.DECLINED,
        captured=request.amount * 0,
        attempt_id=request.attempt_id,
        decline_code=decline_code_of(error),
    )


def card_of(method: Any) -> Card | None:
    """None: it is not a card, or only its id was told."""
    card = getattr(method, "card", None)
    if card is None:
        return None
    return Card(
        provider_id=method.id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
    )


def dispute_of(dispute: Any) -> ProviderDispute:
    moved = [transaction.amount for transaction in dispute.balance_transactions]
    return ProviderDispute(
        provider_id=dispute.id,
        charge=id_of(dispute.payment_intent),
        status=dispute.status,
        reason=dispute.reason,
        amount=from_stripe(dispute.amount, dispute.currency),
        opened_at=datetime.fromtimestamp(dispute.created, UTC),
        is_withdrawn=any(amount < 0 for amount in moved),
        is_reinstated=any(amount > 0 for amount in moved),
    )


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
