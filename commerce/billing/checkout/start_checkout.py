"""Start a checkout: prices, taxes and delivery for what somebody is about to buy."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from commerce.billing.checkout.buyer import Buyer
from commerce.billing.checkout.models import Checkout, CheckoutLine
from commerce.billing.checkout.price_checkout import Offer, WantedLine, price_checkout
from commerce.billing.checkout.shown import show
from commerce.billing.customers.ensure_customer import ensure_customer
from commerce.billing.customers.models import Customer
from commerce.shared.api.actors import hash_secret
from commerce.shared.db import insert_all

# Prices shown today should be good tomorrow morning; older ones would surprise.
CHECKOUT_LIVES_FOR = timedelta(hours=24)
# 256 bits: a secret that nobody guesses needs no limit on guessing.
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A new checkout, and the only copy of its secret."""

    checkout: Checkout
    lines: Sequence[CheckoutLine]
    offer: Offer
    client_secret: str


def start_checkout(
    *,
    lines: Sequence[WantedLine],
    currency: str,
    email: str,
    user_id: UUID | None,
    shipping_address: Mapping[str, str] | None,
    delivery_option: str,
    promotion_codes: Sequence[str],
    now: datetime,
) -> Started:
    """Price what is wanted and keep it for a day. Not repeatable: each call is a new checkout.

    Raises:
        What price_checkout.py raises: nothing is stored then.
    """
    customer = Customer.objects.filter(user_id=user_id).first() if user_id else None
    offer = price_checkout(
        lines=lines,
        currency=currency,
        country=shipping_address["country"] if shipping_address else None,
        delivery_option=delivery_option,
        promotion_codes=promotion_codes,
        begins_on=customer.local_day(now=now) if customer else now.astimezone(UTC).date(),
        buyer=Buyer(
            email=email,
            user_id=user_id,
            customer_group=customer.customer_group if customer else "",
        ),
        at=now,
    )
    client_secret = secrets.token_urlsafe(SECRET_BYTES)
    checkout = Checkout(
        customer=customer,
        user_id=user_id,
        secret_hash=hash_secret(client_secret),
        email=email,
        shipping_address=dict(shipping_address) if shipping_address else None,
        delivery_option=delivery_option,
        promotion_codes=list(promotion_codes),
        currency=currency,
        created_at=now,
        expires_at=now + CHECKOUT_LIVES_FOR,
    )
    rows = show(checkout, lines, offer.priced, now=now)

    with transaction.atomic(durable=True):
        if user_id and customer is None:
            checkout.customer = ensure_customer(user_id=user_id, email=email, now=now)
        insert_all(checkout, *rows)
    return Started(checkout=checkout, lines=rows, offer=offer, client_secret=client_secret)
