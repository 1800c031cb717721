"""Take an address out of a customer's book."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import Address


def remove_address(*, address_id: UUID) -> None:
    """Delete the entry, if it is still there. Orders have copies and do not miss it."""
    with transaction.atomic(durable=True):
        Address.objects.filter(pk=address_id).delete()
