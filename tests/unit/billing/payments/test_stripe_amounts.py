"""Amounts as Stripe writes them, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.payments.gateway import ProviderRefused
from commerce.billing.payments.stripe_amounts import from_stripe, to_stripe
from commerce.shared.money import EXPONENTS, Money


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(19_99, "USD"), (19_99, "usd")),
        (Money(500, "JPY"), (500, "jpy")),
        (Money(1_230, "KWD"), (1_230, "kwd")),
        (Money(5, "UGX"), (500, "ugx")),
        (Money(7, "ISK"), (700, "isk")),
        (Money(5_00, "MGA"), (5, "mga")),
    ],
)
def test_are_written_as_stripe_wants_them(amount, written):
    assert to_stripe(amount) == written
    assert from_stripe(*written) == amount


@pytest.mark.parametrize("amount", [Money(1_234, "KWD"), Money(5_01, "MGA")])
def test_are_refused_where_stripe_would_round(amount):
    with pytest.raises(ProviderRefused):
        to_stripe(amount)


@given(st.integers(0, 10**9), st.sampled_from(sorted(EXPONENTS)))
def test_come_back_as_they_went(minor, currency):
    amount = Money(minor * 100, currency)

    assert from_stripe(*to_stripe(amount)) == amount
