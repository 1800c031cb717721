"""What a market means to a price, and the market that a currency without any stands for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTerms:
    """A market as prices and documents need it."""

    code: str
    currency: str
    locale: str
    prices_include_tax: bool
    is_default: bool
    """Of its currency."""
    id: UUID | None
    """None: it is implied by a currency that has no market."""


def implied_market(currency: str) -> MarketTerms:
    """Where a shop sells in a currency that it has no market for: base prices, net, everywhere.

    Its code is the currency's in small letters, which no market of another currency may have.
    """
    return MarketTerms(
        code=currency.lower(),
        currency=currency,
        locale="en",
        prices_include_tax=False,
        is_default=True,
        id=None,
    )
