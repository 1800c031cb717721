"""Billing, as those who hear from it see it. It is the highest context: nobody calls it.

Import as `from commerce.billing.interface import services as billing`.
"""

from commerce.billing.interface.messages import (
    CreditNoteIssuedV1,
    InvoiceFinalizedV1,
    OrderCanceledV1,
    OrderFulfilledV1,
    OrderPaidV1,
    OrderPlacedV1,
    PaymentFailedV1,
    PaymentSettledV1,
    RefundSettledV1,
    SubscriptionCanceledV1,
    SubscriptionPastDueV1,
    SubscriptionRenewedV1,
    SubscriptionStartedV1,
    SubscriptionTermsChangedV1,
)

__all__ = [
    "CreditNoteIssuedV1",
    "InvoiceFinalizedV1",
    "OrderCanceledV1",
    "OrderFulfilledV1",
    "OrderPaidV1",
    "OrderPlacedV1",
    "PaymentFailedV1",
    "PaymentSettledV1",
    "RefundSettledV1",
    "SubscriptionCanceledV1",
    "SubscriptionPastDueV1",
    "SubscriptionRenewedV1",
    "SubscriptionStartedV1",
    "SubscriptionTermsChangedV1",
]
