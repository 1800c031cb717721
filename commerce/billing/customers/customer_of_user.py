"""The customer row of an account, made when the account first needs one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.ensure_customer import ensure_customer
from commerce.billing.customers.models import Customer
from commerce.identity.interface import services as identity
from commerce.shared.errors import NotFound


def customer_of_user(*, user_id: UUID, now: datetime) -> Customer:
    """Find the account's customer, or make one with the account's name and e-mail address.

    Raises:
        NotFound: there is no such account (any more).
    """
    found = Customer.objects.filter(user_id=user_id).first()
    if found:
        return found
    user = identity.find_user(user_id=user_id)
    if user is None:
        raise NotFound
    with transaction.atomic(durable=True):
        return ensure_customer(user_id=user_id, email=user.email, name=user.name, now=now)
