"""Amounts as people type them: in major units, each beside its currency, and never rounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms

from commerce.shared.money import EXPONENTS, Money

_AMOUNT: Final = re.compile(r"(\d{1,16}(?:\.\d{1,12})?)\s*([A-Za-z]{3})")


class AmountsField(forms.CharField):
    """`12.50 EUR, 14 USD`; it becomes minor units by currency, whole ones unless it `has_parts`."""

    def __init__(self, *, has_parts: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=500, **kwargs)
        self.has_parts = has_parts

    def clean(self, value: Any) -> Any:
        amounts: dict[str, Decimal] = {}
        for piece in re.split(r"[,;\n]+", super().clean(value)):
            if not piece.strip():
                continue
            found = _AMOUNT.fullmatch(piece.strip())
            if found is None:
                raise forms.ValidationError(f"“{piece.strip()}” is no amount: 12.50 EUR, 14 USD")
            currency = checked_currency(found[2])
            if currency in amounts:
                raise forms.ValidationError(f"{currency} stands there twice.")
            amount = Decimal(found[1])
            if not self.has_parts:
                whole_money(amount, currency)
            minor = amount * 10 ** EXPONENTS[currency]
            is_whole = minor == minor.to_integral_value()
            amounts[currency] = minor.quantize(Decimal(1)) if is_whole else minor.normalize()
        return amounts


def said_amounts(minor_by_currency: Mapping[str, Decimal | int]) -> str:
    """Write amounts as the field reads them."""
    return ", ".join(
        f"{Decimal(minor).scaleb(-EXPONENTS[currency]):f} {currency}"
        for currency, minor in minor_by_currency.items()
    )


def checked_currency(typed: str) -> str:
    """Raises `ValidationError`: there is no such currency."""
    code = typed.upper()
    if code not in EXPONENTS:
        raise forms.ValidationError("There is no such currency.")
    return code


def whole_money(amount: Decimal, currency: str) -> Money:
    """Raises `ValidationError`: the currency has no such fractions, or nobody has so much."""
    money = Money.from_decimal(amount, currency)
    if money.to_decimal() != amount:
        raise forms.ValidationError("This currency has no such fractions.")
    return money
