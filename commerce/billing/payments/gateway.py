"""The payment provider as billing sees it: what can be asked, what it answers, how it can fail.

The failures are sorted by what is known, because that decides what may be done next:
`ProviderUnavailable` means nothing happened, `ProviderUnknown` that anything may have happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from commerce.billing.payments.retry_schedule import HARD_DECLINES
from commerce.shared.errors import Conflict, Declined, Rejected, Unavailable
from commerce.shared.money import Money


class CardDeclined(Declined):
    """The bank has declined the card."""

    code = "card_declined"

    def __init__(self, *, decline_code: str) -> None:
        super().__init__()
        self.decline_code = decline_code
        self.retryable = decline_code not in HARD_DECLINES


class CardActionRequired(Conflict):
    """The bank wants to hear from the cardholder before the card is kept."""

    code = "card_action_required"

    def __init__(self, *, next_action: Mapping[str, object]) -> None:
        super().__init__()
        self.next_action = next_action


class ProviderUnavailable(Unavailable):
    """The payment provider cannot be reached. Nothing was charged; try again shortly."""

    code = "payment_provider_unavailable"
    retry_after_s = 5


class ProviderUnknown(Unavailable):
    """The provider was asked and did not answer: it may have done it, or not. Ask again shortly."""

    code = "payment_unknown"
    retry_after_s = 5


class ProviderRefused(Rejected):
    """The provider does not accept the request as it is; nothing was charged."""

    code = "payment_refused"

    def __init__(self, *, provider_code: str) -> None:
        super().__init__(f"the provider refuses it: {provider_code}")
        self.provider_code = provider_code


class PaymentMethodRefused(ProviderRefused):
    """The provider does not know this payment method, or it may not be used here."""

    code = "payment_method_refused"


class BadSignature(Rejected):
    """The signature does not fit the body, or is too old."""

    code = "bad_signature"


class UnreadableEvent(Rejected):
    """Signed by the provider, and yet no event."""

    code = "unreadable_event"


class ChargeStatus(StrEnum):
    """How far a charge has come, in our words."""

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What may be known of a card: enough to show it, nothing to charge it with."""

    provider_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """One try to take money. Built from stored rows alone, so that a repeat is the same request."""

    attempt_id: UUID
    payment_id: UUID
    order_id: UUID | None
    amount: Money
    payment_method: str
    customer: str | None
    """The provider's id of the customer whose card it is."""
    off_session: bool
    saves_card: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What the provider says about one try."""

    provider_id: str
    status: ChargeStatus
    captured: Money
    attempt_id: UUID | None
    """Ours, from the metadata we sent; None for a charge that is not ours."""
    decline_code: str = ""
    next_action: Mapping[str, object] | None = None
    card: Card | None = None
    keeps_card: bool = False
    """The provider keeps the card with the customer, as we asked."""


class RefundOutcome(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Give money back. Built from stored rows alone."""

    refund_id: UUID
    charge: str
    """The provider's id of the charge."""
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund:
    """What the provider says about one refund."""

    provider_id: str
    status: RefundOutcome
    amount: Money
    refund_id: UUID | None
    """Ours, from the metadata we sent; None for a refund made in the provider's dashboard."""
    charge: str
    failure_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDispute:
    """What the provider says about one dispute."""

    provider_id: str
    charge: str
    status: str
    reason: str
    amount: Money
    opened_at: datetime
    is_withdrawn: bool
    """The provider has taken the money back from us."""
    is_reinstated: bool
    """And has given it to us again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened at the provider; what exactly is asked for, not read from here."""

    event_id: str
    type: str
    object_id: str
    created_at: datetime
    payload: Mapping[str, object] = field(default_factory=dict)


class Gateway(Protocol):
    """Every function refuses to run inside a transaction, and may be repeated.

    Raises:
        ProviderUnavailable, ProviderUnknown, ProviderRefused: as each says.
    """

    def charge(self, request: ChargeRequest) -> Charge:
        """Take the money. A decline is an answer, not an error.

        The attempt's id is the provider's idempotency key: a repeat within a day moves nothing.
        """

    def retrieve(self, provider_id: str) -> Charge:
        """Ask how a charge went."""

    def find(self, attempt_id: UUID) -> Charge | None:
        """Look for the charge of an attempt whose answer was lost; None: it has never arrived.

        The provider's search may lag by a minute, so None is only believed later than that.
        """

    def cancel(self, provider_id: str) -> Charge:
        """Call a charge off; the answer says whether it was too late for that."""

    def refund(self, request: RefundRequest) -> ProviderRefund:
        """Give money back. The refund's id is the provider's idempotency key."""

    def retrieve_refund(self, provider_id: str) -> ProviderRefund:
        """Ask how a refund went."""

    def find_refund(self, refund_id: UUID, *, charge: str) -> ProviderRefund | None:
        """Look for a refund whose answer was lost; None: it has never arrived."""

    def retrieve_dispute(self, provider_id: str) -> ProviderDispute:
        """Ask how a dispute stands."""

    def create_customer(self, *, customer_id: UUID, email: str, name: str) -> str:
        """Make the provider's record of a customer; a repeat gives the same."""

    def keep_card(self, *, customer: str, payment_method: str) -> Card:
        """Keep a card with a customer for later charges.

        Raises:
            CardDeclined: the bank does not want it used so.
            CardActionRequired: the bank asks the cardholder first.
        """

    def forget_card(self, provider_id: str) -> None:
        """Make a kept card unusable; one that is gone already is fine."""

    def read_event(self, body: bytes, signature: str) -> Event:
        """Believe a webhook only if one of our secrets signed exactly these bytes, lately.

        Raises:
            BadSignature: not the provider's, or too old.
            UnreadableEvent: the provider's, but nothing that we understand.
        """

    def events_since(self, moment: datetime, *, until: datetime | None = None) -> Iterator[Event]:
        """List what happened, in no particular order, for webhooks that never came.

        The second in which `until` falls is still among it.
        """
