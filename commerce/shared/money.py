"""Money: whole minor units of one currency; every split adds up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

# ISO 4217 (list one, 2026-01-01): digits after the decimal separator. Funds, metals and
# testing codes are left out: nothing is sold in them.
_TWO_DIGITS: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN "
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NO_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: Final[dict[str, int]] = (
    dict.fromkeys(_TWO_DIGITS.split(), 2)
    | dict.fromkeys(_NO_DIGITS.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3)
)


class CurrencyMismatch(ValueError):
    """Two currencies met in one calculation; only an explicit conversion may do that."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: `Money(12_50, "EUR")` is twelve euros fifty.

    Raises:
        TypeError: `minor` is not an int; fractions of a cent do not exist as money.
        ValueError: `currency` is not an ISO 4217 code in use.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole: {self.minor!r}")
        if self.currency not in EXPONENTS:
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Iterable[Money], *, currency: str) -> Money:
        """Add up; the currency is named because nothing at all also has one."""
        total = cls.zero(currency)
        for amount in amounts:
            total += amount
        return total

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Money:
        """Major units to minor, half up: `12.345 EUR` is 1235 cents."""
        scaled = amount.scaleb(EXPONENTS[currency])
        return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)), currency)

    # Arithmetic. Nothing here rounds except `times`, and it says how.

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, factor: Fraction | Decimal | int) -> Money:
        """Multiply and round once, half away from zero, as invoices and tax offices do."""
        exact = self.minor * Fraction(factor)
        rounded = (abs(exact.numerator) * 2 + exact.denominator) // (2 * exact.denominator)
        return Money(rounded if exact >= 0 else -rounded, self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by weight so that the parts sum to the whole, to the minor unit.

        Largest remainder, ties to the earlier part; a negative amount is split like the
        positive one. Where every weight is zero the parts are equal.

        Raises:
            ValueError: there is no part to give to, or a weight is negative.
        """
        if not weights:
            raise ValueError("nothing to allocate to")
        if any(weight < 0 for weight in weights):
            raise ValueError("a weight is negative")
        shares = list(weights) if any(weights) else [1] * len(weights)
        total, amount = sum(shares), abs(self.minor)

        parts = [amount * share // total for share in shares]
        by_remainder = sorted(range(len(shares)), key=lambda i: (-(amount * shares[i] % total), i))
        for i in by_remainder[: amount - sum(parts)]:
            parts[i] += 1
        sign = -1 if self.minor < 0 else 1
        return [Money(sign * part, self.currency) for part in parts]

    @property
    def exponent(self) -> int:
        return EXPONENTS[self.currency]

    def to_decimal(self) -> Decimal:
        """In major units, exact."""
        return Decimal(self.minor).scaleb(-self.exponent)

    def __str__(self) -> str:
        return f"{self.to_decimal():,.{self.exponent}f} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
