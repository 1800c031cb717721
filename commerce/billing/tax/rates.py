"""Tax of one line: one rate, rounded half up per line, on top of a price or within it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from commerce.shared.errors import Rejected
from commerce.shared.money import Money

# Where the shop is established: taxes what is delivered nowhere, such as a membership that is
# bought without an address.
HOME_COUNTRY: Final = "US"
# What a category without a rate of its own is taxed as; also what delivery is taxed as.
GENERAL: Final = "general"


class TaxUnknown(Rejected):
    """Nothing is sold to this country, because its taxes are not known here."""

    code = "tax_unknown"

    def __init__(self, *, country: str) -> None:
        super().__init__(f"the taxes of {country} are not known here")
        self.country = country


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRates:
    """The rates in force on one day, by country and category."""

    percents: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)

    def percent(self, *, country: str, category: str) -> Decimal:
        """Give the rate of a category, or the country's general one.

        Raises:
            TaxUnknown: the country has no rates. Zero is a rate too, and has to be entered.
        """
        found = self.percents.get((country, category))
        if found is None:
            found = self.percents.get((country, GENERAL))
        if found is None:
            raise TaxUnknown(country=country)
        return found


def tax_on(net: Money, *, percent: Decimal) -> Money:
    return net.times(Fraction(percent) / 100)


def tax_within(gross: Money, *, percent: Decimal) -> Money:
    """The part of a gross price that is tax; the rest is net, and no cent is lost between them."""
    return gross.times(Fraction(percent) / (100 + Fraction(percent)))


def tax_of(price: Money, *, percent: Decimal, is_included: bool) -> Money:
    """Tax of a price, within it or on top of it."""
    return (tax_within if is_included else tax_on)(price, percent=percent)
