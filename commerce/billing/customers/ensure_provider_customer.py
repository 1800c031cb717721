"""Make sure that the payment provider knows a customer, so that it can keep cards for them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import Customer
from commerce.billing.payments.provider import provider


def ensure_provider_customer(*, customer_id: UUID) -> str:
    """Give the provider's id of a customer, made there on first use.

    May be repeated: the provider's idempotency key is our id, and the first id stored is kept.

    Raises:
        ProviderUnavailable, ProviderUnknown: try again; nothing is lost.
    """
    customer = Customer.objects.get(pk=customer_id)
    if customer.stripe_customer_id:
        return customer.stripe_customer_id

    made = provider().create_customer(
        customer_id=customer.id, email=customer.email, name=customer.name
    )

    with transaction.atomic(durable=True):
        Customer.objects.filter(pk=customer_id, stripe_customer_id__isnull=True).update(
            stripe_customer_id=made
        )
    # Read back: a request that was faster may have stored another one, and cards are kept there.
    stored = Customer.objects.values_list("stripe_customer_id", flat=True).get(pk=customer_id)
    return stored or made
