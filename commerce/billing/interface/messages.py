"""What billing says. Nobody commands it: it is the highest context, and hears events only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from commerce.shared.messages import Message
from commerce.shared.money import Money

# Orders.


@dataclass(frozen=True, kw_only=True)
class OrderPlacedV1(Message):
    """A customer agreed to buy; its invoice is open."""

    name: ClassVar[str] = "billing.order_placed.v1"

    order_id: UUID
    order_number: str
    invoice_id: UUID
    total: Money
    placed_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPaidV1(Message):
    """The money of an order has arrived."""

    name: ClassVar[str] = "billing.order_paid.v1"

    order_id: UUID
    paid_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderCanceledV1(Message):
    """Nothing of an order will be delivered."""

    name: ClassVar[str] = "billing.order_canceled.v1"

    order_id: UUID
    reason: str
    canceled_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderFulfilledV1(Message):
    """Everything that will be delivered of an order has left the warehouse."""

    name: ClassVar[str] = "billing.order_fulfilled.v1"

    order_id: UUID
    fulfilled_at: datetime


# Invoices and payments.


@dataclass(frozen=True, kw_only=True)
class InvoiceFinalizedV1(Message):
    """An invoice has its number and is owed."""

    name: ClassVar[str] = "billing.invoice_finalized.v1"

    invoice_id: UUID
    number: str
    total: Money
    finalized_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentSettledV1(Message):
    """The provider has moved the money."""

    name: ClassVar[str] = "billing.payment_settled.v1"

    payment_id: UUID
    invoice_id: UUID
    amount: Money
    settled_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentFailedV1(Message):
    """An attempt was declined and has moved nothing."""

    name: ClassVar[str] = "billing.payment_failed.v1"

    payment_id: UUID
    invoice_id: UUID
    decline_code: str
    failed_at: datetime


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssuedV1(Message):
    """A part of an invoice is taken back."""

    name: ClassVar[str] = "billing.credit_note_issued.v1"

    credit_note_id: UUID
    invoice_id: UUID
    total: Money
    reason: str
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundSettledV1(Message):
    """Money has gone back to the customer."""

    name: ClassVar[str] = "billing.refund_settled.v1"

    refund_id: UUID
    payment_id: UUID
    amount: Money
    settled_at: datetime


# Subscriptions.


@dataclass(frozen=True, kw_only=True)
class SubscriptionStartedV1(Message):
    """A plan was bought; its first period is paid, or it is on trial."""

    name: ClassVar[str] = "billing.subscription_started.v1"

    subscription_id: UUID
    customer_id: UUID
    plan: str
    status: str
    current_period_end: datetime
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionRenewedV1(Message):
    """Another period has been paid for."""

    name: ClassVar[str] = "billing.subscription_renewed.v1"

    subscription_id: UUID
    invoice_id: UUID
    period_start: datetime
    period_end: datetime
    renewed_at: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionPastDueV1(Message):
    """A charge for a period was declined. It is tried again at `next_attempt_at`; None: no more."""

    name: ClassVar[str] = "billing.subscription_past_due.v1"

    subscription_id: UUID
    invoice_id: UUID
    due: Money
    decline_code: str
    declined_at: datetime
    next_attempt_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionTermsChangedV1(Message):
    """A subscription was moved to newer terms of its plan; they hold from its next period on."""

    name: ClassVar[str] = "billing.subscription_terms_changed.v1"

    subscription_id: UUID
    plan: str
    version: int
    next_price: Money
    """Of the next period, before tax."""
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionCanceledV1(Message):
    """It has ended for good; nothing more will be billed or delivered."""

    name: ClassVar[str] = "billing.subscription_canceled.v1"

    subscription_id: UUID
    reason: str
    canceled_at: datetime
