"""Index of billing's tables."""

from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.customers.models import Address, Customer, PaymentMethod, TestClock
from commerce.billing.disputes.models import Dispute
from commerce.billing.idempotency import IdempotencyRecord
from commerce.billing.incidents.models import Incident
from commerce.billing.invoices.models import (
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    NumberSeries,
)
from commerce.billing.jobs.models import JobRun
from commerce.billing.ledger.models import Entry, LedgerAccount, Transaction
from commerce.billing.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderLineComponent,
    OrderShipment,
)
from commerce.billing.outbox import OutboxMessage
from commerce.billing.payments.models import Attempt, Payment
from commerce.billing.provider_events.models import ProviderEvent
from commerce.billing.refunds.models import Refund
from commerce.billing.subscriptions.migration import SubscriptionMigration
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod
from commerce.billing.tax.models import TaxRate

__all__ = [
    "Address",
    "Attempt",
    "Checkout",
    "CheckoutLine",
    "CreditNote",
    "CreditNoteLine",
    "Customer",
    "Dispute",
    "Entry",
    "IdempotencyRecord",
    "Incident",
    "Invoice",
    "InvoiceLine",
    "JobRun",
    "LedgerAccount",
    "NumberSeries",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderLineComponent",
    "OrderShipment",
    "OutboxMessage",
    "Payment",
    "PaymentMethod",
    "ProviderEvent",
    "Refund",
    "Subscription",
    "SubscriptionMigration",
    "SubscriptionPeriod",
    "TaxRate",
    "TestClock",
    "Transaction",
]
