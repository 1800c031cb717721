"""Amounts as people write them in files: `3.49`, in whole and minor units of a currency. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from commerce.catalog.imports.cells import BadCell
from commerce.shared.money import EXPONENTS, Money

_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")


def read_amount(cell: str, currency: str) -> Money:
    """Read an amount as people write it, `3.49`, in whole and minor units of a currency.

    Raises:
        BadCell: no plain number, or finer than the currency's smallest coin.
    """
    if currency not in EXPONENTS:
        raise BadCell("an amount in a currency of ISO 4217")
    exponent = EXPONENTS[currency]
    if not _AMOUNT.fullmatch(cell):
        raise BadCell(f"an amount of {currency} like 3.49, without a sign or thousands")
    minor = Decimal(cell).scaleb(exponent)
    if minor != minor.to_integral_value():
        raise BadCell(f"an amount of {currency} with at most {exponent} decimals")
    return Money(int(minor), currency)


def write_amount(amount: Money) -> str:
    return str(Decimal(amount.minor).scaleb(-EXPONENTS[amount.currency]))
