"""Choose the card that is charged where no other is named."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import Customer, PaymentMethod
from commerce.shared.errors import NotFound


def set_default_payment_method(*, payment_method_id: UUID) -> PaymentMethod:
    """Make a kept card the customer's default; it may be already.

    Raises:
        NotFound: it has been removed meanwhile.
    """
    with transaction.atomic(durable=True):
        Customer.objects.select_for_update(no_key=True).get(payment_methods=payment_method_id)
        chosen = PaymentMethod.objects.filter(pk=payment_method_id, removed_at__isnull=True).first()
        if chosen is None:
            raise NotFound
        PaymentMethod.objects.filter(customer_id=chosen.customer_id, is_default=True).update(
            is_default=False
        )
        chosen.is_default = True
        chosen.save(update_fields=["is_default"])
    return chosen
