"""Who is buying, as far as prices and promotions want to know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from commerce.billing.checkout.models import Checkout


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """An account or a guest, and the checkout that is theirs, once there is one."""

    email: str
    user_id: UUID | None = None
    customer_group: str = ""
    checkout_id: UUID | None = None

    @property
    def key(self) -> str:
        """Under which the catalog counts what a customer may do only so often.

        A guest is known by the address alone, of which the catalog gets a fingerprint: whom it
        belongs to is no business of its own.
        """
        if self.user_id:
            return f"user:{self.user_id}"
        return f"email:{hashlib.sha256(self.email.lower().encode()).hexdigest()}"


def buyer_of(checkout: Checkout) -> Buyer:
    return Buyer(
        email=checkout.email,
        user_id=checkout.user_id,
        customer_group=checkout.customer_group,
        checkout_id=checkout.pk,
    )
