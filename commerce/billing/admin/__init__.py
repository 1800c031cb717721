"""Billing's door for staff: what was agreed, what was paid, and what needs a person."""

from commerce.billing.admin import (
    checkouts,
    customers,
    disputes,
    invoices,
    ledger,
    messages,
    operations,
    orders,
    payments,
    refunds,
    subscriptions,
)

__all__ = [
    "checkouts",
    "customers",
    "disputes",
    "invoices",
    "ledger",
    "messages",
    "operations",
    "orders",
    "payments",
    "refunds",
    "subscriptions",
]
