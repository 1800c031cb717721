"""Named recipes: how each kind of movement is booked. Callers decide when, this file decides how.

Debits are positive and credits negative. A recipe and its cause make the reference under which a
movement is posted once, so whoever repeats the cause cannot repeat the money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.billing.ledger.chart_of_accounts import Account
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One balanced movement, ready to be posted."""

    recipe: str
    cause: UUID | str
    occurred_at: datetime
    legs: Sequence[Leg]

    @property
    def reference(self) -> str:
        return f"{self.recipe}:{self.cause}"


def _posting(
    recipe: str, cause: UUID | str, occurred_at: datetime, *legs: tuple[Account, Money]
) -> Posting:
    """Leave out legs of zero: they say nothing, and the table refuses them."""
    return Posting(
        recipe=recipe,
        cause=cause,
        occurred_at=occurred_at,
        legs=[Leg(account=account, amount=amount) for account, amount in legs if amount],
    )


# What is owed.


def invoice_finalized(*, invoice_id: UUID, net: Money, tax: Money, at: datetime) -> Posting:
    """The customer owes; we owe the goods and the state its tax."""
    return _posting(
        "invoice_finalized",
        invoice_id,
        at,
        (Account.RECEIVABLE, net + tax),
        (Account.DEFERRED_REVENUE, -net),
        (Account.TAX_PAYABLE, -tax),
    )


def revenue_recognized(*, cause: UUID | str, net: Money, at: datetime) -> Posting:
    """What was owed to the customer has been delivered and is earned."""
    return _posting(
        "revenue_recognized",
        cause,
        at,
        (Account.DEFERRED_REVENUE, net),
        (Account.REVENUE, -net),
    )


def credit_note_issued(
    *,
    credit_note_id: UUID,
    deferred: Money,
    earned: Money,
    tax: Money,
    is_paid: bool,
    at: datetime,
) -> Posting:
    """A part of an invoice is taken back: owed to the customer if paid, no longer owed to us if not."""
    return _posting(
        "credit_note_issued",
        credit_note_id,
        at,
        (Account.DEFERRED_REVENUE, deferred),
        (Account.REVENUE, earned),
        (Account.TAX_PAYABLE, tax),
        (
            Account.REFUNDS_PAYABLE if is_paid else Account.RECEIVABLE,
            -(deferred + earned + tax),
        ),
    )


# Money that moved.


def payment_settled(*, attempt_id: UUID, amount: Money, at: datetime) -> Posting:
    """The provider has taken the money from the customer for us."""
    return _posting(
        "payment_settled",
        attempt_id,
        at,
        (Account.PROVIDER_CLEARING, amount),
        (Account.RECEIVABLE, -amount),
    )


def unowed_payment_settled(*, attempt_id: UUID, amount: Money, at: datetime) -> Posting:
    """The provider has taken money that nobody owes: twice, or after the order was gone."""
    return _posting(
        "unowed_payment_settled",
        attempt_id,
        at,
        (Account.PROVIDER_CLEARING, amount),
        (Account.REFUNDS_PAYABLE, -amount),
    )


def refund_settled(*, refund_id: UUID, amount: Money, at: datetime) -> Posting:
    """The provider has given the money back."""
    return _posting(
        "refund_settled",
        refund_id,
        at,
        (Account.REFUNDS_PAYABLE, amount),
        (Account.PROVIDER_CLEARING, -amount),
    )


def dispute_funds_withdrawn(*, dispute_id: UUID, amount: Money, at: datetime) -> Posting:
    """The provider has taken the money back until the dispute is decided."""
    return _posting(
        "dispute_funds_withdrawn",
        dispute_id,
        at,
        (Account.DISPUTED_FUNDS, amount),
        (Account.PROVIDER_CLEARING, -amount),
    )


def dispute_funds_reinstated(*, dispute_id: UUID, amount: Money, at: datetime) -> Posting:
    return _posting(
        "dispute_funds_reinstated",
        dispute_id,
        at,
        (Account.PROVIDER_CLEARING, amount),
        (Account.DISPUTED_FUNDS, -amount),
    )


def dispute_lost(*, dispute_id: UUID, amount: Money, at: datetime) -> Posting:
    """The money is gone for good."""
    return _posting(
        "dispute_lost",
        dispute_id,
        at,
        (Account.DISPUTE_LOSSES, amount),
        (Account.DISPUTED_FUNDS, -amount),
    )
