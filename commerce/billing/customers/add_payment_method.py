"""Keep a card for a customer: the provider holds it, we remember what may be shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.ensure_provider_customer import ensure_provider_customer
from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.billing.customers.remember_card import remember_card
from commerce.billing.payments.provider import provider


def add_payment_method(
    *, customer_id: UUID, payment_method: str, make_default: bool, now: datetime
) -> PaymentMethod:
    """Attach the provider's payment method to the customer; adding it again finds it.

    Raises:
        CardDeclined: the bank does not want it kept.
        PaymentMethodRefused: the provider does not know it.
        ProviderUnavailable, ProviderUnknown: try again; nothing is lost.
    """
    at_provider = ensure_provider_customer(customer_id=customer_id)
    card = provider().keep_card(customer=at_provider, payment_method=payment_method)

    with transaction.atomic(durable=True):
        customer = Customer.objects.get(pk=customer_id)
        return remember_card(card, customer=customer, make_default=make_default, now=now)
