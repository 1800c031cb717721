"""Amounts as Stripe writes them. Mostly minor units of ISO 4217, with the exceptions named here.

https://docs.stripe.com/currencies#zero-decimal and #special-cases
"""

from __future__ import annotations

from typing import Final

from commerce.billing.payments.gateway import ProviderRefused
from commerce.shared.money import Money

# Without minor units in ISO 4217; Stripe keeps the two digits they once had.
_TWO_DIGITS_MORE: Final = frozenset({"ISK", "UGX"})
# With minor units in ISO 4217 that nobody uses; Stripe counts whole ones.
_TWO_DIGITS_LESS: Final = frozenset({"MGA"})
# Three digits, of which the card networks take two.
_LAST_DIGIT_ZERO: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def to_stripe(amount: Money) -> tuple[int, str]:
    """Give the amount and currency for a request.

    Raises:
        ProviderRefused: Stripe cannot move this amount exactly.
    """
    minor, currency = amount.minor, amount.currency
    if currency in _TWO_DIGITS_MORE:
        minor *= 100
    elif currency in _TWO_DIGITS_LESS:
        minor, rest = divmod(minor, 100)
        if rest:
            raise ProviderRefused(provider_code="amount_not_representable")
    elif currency in _LAST_DIGIT_ZERO and minor % 10:
        raise ProviderRefused(provider_code="amount_not_representable")
    return minor, currency.lower()


def from_stripe(minor: int, currency: str) -> Money:
    """Read an amount from an answer."""
    code = currency.upper()
    if code in _TWO_DIGITS_MORE:
        # Rounds nothing: Stripe refuses fractions of these currencies.
        minor //= 100
    elif code in _TWO_DIGITS_LESS:
        minor *= 100
    return Money(minor, code)
