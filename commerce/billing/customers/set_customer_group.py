"""Put a customer into a group: from now on they are shown and charged that group's prices."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.billing.customers.models import GROUP_MAX, Customer
from commerce.shared.errors import NotFound, Rejected

# As the catalog spells the groups that its price lists are for.
GROUP: Final = r"[a-z0-9]+(-[a-z0-9]+)*"


class NoGroupName(Rejected):
    """Groups are named in small letters and digits with single hyphens."""

    code = "no_group_name"


def set_customer_group(*, customer_id: UUID, customer_group: str) -> Customer:
    """Change whose prices a customer has; the empty name takes them out of every group.

    Checkouts that are open are priced anew when they are changed or completed, and the customer
    is asked again where that makes a difference. Repeating it changes nothing.

    Raises:
        NotFound: there is no such customer.
        NoGroupName: no group can have this name.
    """
    if customer_group and (
        len(customer_group) > GROUP_MAX or not re.fullmatch(GROUP, customer_group)
    ):
        raise NoGroupName
    with transaction.atomic(durable=True):
        customer = (
            Customer.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk=customer_id)
            .first()
        )
        if customer is None:
            raise NotFound
        if customer.customer_group != customer_group:
            customer.customer_group = customer_group
            customer.save(update_fields=["customer_group"])
    return customer
