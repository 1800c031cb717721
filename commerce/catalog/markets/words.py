"""The rules that a market's words must keep."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from commerce.catalog.markets.models import CODE_MAX, Market
from commerce.catalog.products.drafts import SLUG, InvalidField
from commerce.shared.errors import Conflict
from commerce.shared.money import EXPONENTS

NAME_MAX: Final = 120
LOCALE: Final = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
COUNTRY: Final = r"[A-Z]{2}"
# More than there are.
COUNTRIES_MAX: Final = 300


class MarketTaken(Conflict):
    """Another market has this code."""

    code = "market_taken"


class CountryTaken(Conflict):
    """A country is in another market of the same currency."""

    code = "country_taken"


class DefaultMarketTaken(Conflict):
    """Another market became the currency's default at the same moment; try again."""

    code = "default_market_taken"


def check_market(row: Market, countries: Collection[str]) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    if len(row.code) > CODE_MAX or not re.fullmatch(SLUG, row.code):
        raise InvalidField(field="code", problem="small letters, digits and single hyphens")
    if row.currency not in EXPONENTS:
        raise InvalidField(field="currency", problem="an ISO 4217 code")
    # A currency without a market is a market of that name, as far as lists can tell.
    if row.code.upper() in EXPONENTS and row.code.upper() != row.currency:
        raise InvalidField(field="code", problem="the name of another currency")
    if not row.name.strip() or len(row.name) > NAME_MAX or "\x00" in row.name:
        raise InvalidField(field="name", problem=f"1 to {NAME_MAX} characters, none of them null")
    if not re.fullmatch(LOCALE, row.locale):
        raise InvalidField(field="locale", problem="a language and a region, such as en-US")
    if len(countries) > COUNTRIES_MAX or not all(re.fullmatch(COUNTRY, x) for x in countries):
        raise InvalidField(field="countries", problem="ISO 3166-1 codes, such as US")
