"""Keep what may be known of a card that the provider keeps for a customer."""

from __future__ import annotations

from datetime import datetime

from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.billing.payments.gateway import Card
from commerce.shared.db import requires_transaction


@requires_transaction
def remember_card(
    card: Card, *, customer: Customer, make_default: bool = False, now: datetime
) -> PaymentMethod:
    """Store a card once; the first one, or one that is asked for, becomes the default.

    Locks the customer, so that two cards at once leave one default.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    known = PaymentMethod.objects.filter(provider_id=card.provider_id).first()
    cards = PaymentMethod.objects.filter(customer=customer, removed_at__isnull=True)
    is_default = make_default or not cards.filter(is_default=True).exists()
    if is_default:
        cards.filter(is_default=True).update(is_default=False)
    if known:
        known.is_default = known.is_default or is_default
        known.save(update_fields=["is_default"])
        return known
    return PaymentMethod.objects.create(
        customer=customer,
        provider_id=card.provider_id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        is_default=is_default,
        created_at=now,
    )
