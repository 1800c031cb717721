"""The markets documents are made for: those of the shop, and one for each other currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from commerce.catalog.listing.words import LANGUAGE
from commerce.catalog.markets.terms import implied_market

# BCP 47's language to PostgreSQL's text search configuration; it brings all of these.
_LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Words are cut and compared as they stand; typing errors are forgiven all the same.
_UNKNOWN_LANGUAGE: Final = "simple"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingMarket:
    """For whom a document is made: what it costs there, and in which language it is written."""

    code: str
    currency: str
    locale: str = ""
    prices_include_tax: bool = False
    is_default: bool = True
    countries: Sequence[str] = ()

    @property
    def language(self) -> str:
        """How its words are stemmed; a shop without markets writes English."""
        if not self.locale:
            return LANGUAGE
        return _LANGUAGES.get(self.locale.split("-")[0], _UNKNOWN_LANGUAGE)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"countries": list(self.countries)}


def market_of_currency(currency: str) -> ListingMarket:
    """Where no market has a currency, it is a market of its own: see `markets.terms.implied_market`."""
    implied = implied_market(currency)
    return ListingMarket(code=implied.code, currency=currency, locale=implied.locale)
