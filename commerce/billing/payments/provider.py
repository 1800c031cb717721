"""Which provider moves our money: Stripe, or its sandbox where STRIPE_API_BASE says so."""

from __future__ import annotations

import functools

from django.conf import settings

from commerce.billing.payments.gateway import Gateway
from commerce.billing.payments.stripe_gateway import StripeGateway


def provider() -> Gateway:
    """Give the gateway; one for each process, so that connections and the breaker are shared."""
    return _stripe(
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_BASE,
        tuple(settings.STRIPE_WEBHOOK_SECRETS),
    )


@functools.cache
def _stripe(secret_key: str, api_base: str | None, webhook_secrets: tuple[str, ...]) -> Gateway:
    return StripeGateway(secret_key=secret_key, api_base=api_base, webhook_secrets=webhook_secrets)
