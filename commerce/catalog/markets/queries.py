"""Reads of markets: which one a country and a currency lead to, and all of them."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q

from commerce.catalog.markets.models import Market, MarketCountry
from commerce.catalog.markets.terms import MarketTerms
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound

_TERMS = ("id", "code", "currency", "locale", "prices_include_tax", "is_default")


class UnknownMarket(NotFound):
    """There is no such market."""

    code = "unknown_market"


def market_for(*, country: str | None, currency: str) -> MarketTerms | None:
    """The market of a country in a currency, else the currency's default market; one statement.

    None: no market has the currency, and base prices hold everywhere.
    """
    is_at_home = Exists(MarketCountry.objects.filter(market=OuterRef("pk"), country=country or ""))
    found = (
        Market.objects.filter(currency=currency)
        .annotate(is_at_home=is_at_home)
        .filter(Q(is_at_home=True) | Q(is_default=True))
        .order_by("-is_at_home")
        .values(*_TERMS)
        .first()
    )
    return MarketTerms(**found) if found else None


def market_by_code(code: str, *, otherwise: MarketTerms | None = None) -> MarketTerms:
    """Raises `UnknownMarket`, where nothing else would do."""
    found = Market.objects.filter(code=code).values(*_TERMS).first()
    if found is not None:
        return MarketTerms(**found)
    if otherwise is None:
        raise UnknownMarket
    return otherwise


def find_market(code: str) -> Market:
    """Raises `UnknownMarket`."""
    found = Market.objects.prefetch_related("countries").filter(code=code).first()
    if found is None:
        raise UnknownMarket
    return found


def all_markets() -> list[MarketTerms]:
    """Every market, in the order of their codes."""
    return [MarketTerms(**row) for row in Market.objects.order_by("code").values(*_TERMS)]


@requires_transaction
def give_up_default(currency: str) -> None:
    """Make room for another default market of a currency."""
    Market.objects.filter(currency=currency, is_default=True).update(
        is_default=False, version=F("version") + 1
    )
