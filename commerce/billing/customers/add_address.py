"""Add an address to a customer's book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import Address


def add_address(*, customer_id: UUID, address: Mapping[str, str], now: datetime) -> Address:
    """Keep an address whose parts have been checked. Each call makes another entry."""
    with transaction.atomic(durable=True):
        return Address.objects.create(customer_id=customer_id, created_at=now, **address)
