"""Index of billing's tables."""

from commerce.billing.customers.models import Address, Customer, PaymentMethod, TestClock
from commerce.billing.subscriptions.models import Subscription, SubscriptionPeriod

__all__ = [
    "Address",
    "Customer",
    "PaymentMethod",
    "Subscription",
    "SubscriptionPeriod",
    "TestClock",
]
