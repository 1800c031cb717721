"""Make sure that whoever buys has a customer row: one for each account, a new one for each guest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.billing.customers.models import Customer
from commerce.shared.db import requires_transaction


@requires_transaction
def ensure_customer(*, user_id: UUID | None, email: str, name: str = "", now: datetime) -> Customer:
    """Find the account's customer, or make one. Two requests at once make one row."""
    wanted = Customer(user_id=user_id, email=email, name=name, created_at=now)
    if user_id is None:
        wanted.save(force_insert=True)
        return wanted
    found = Customer.objects.filter(user_id=user_id).first()
    if found:
        return found
    # The unique account decides between two first requests; the loser reads the winner's row.
    Customer.objects.bulk_create([wanted], ignore_conflicts=True)
    return Customer.objects.get(user_id=user_id)
