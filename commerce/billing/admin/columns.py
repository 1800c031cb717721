"""Columns and filters that several pages of billing share."""

from __future__ import annotations

from django.db.models import Q

from commerce.shared.admin import condition_filter, link, money, reference

ACCOUNT = reference("user_id", "identity.User", "usr", title="account")
AMOUNT = money("amount")
CUSTOMER = link("customer")
INVOICE = link("invoice")
ORDER = link("order")
PAYMENT = link("payment")
SUBSCRIPTION = link("subscription", named="title")
TOTAL = money("total")

# Everybody who works with money and customers.
READERS = ("support", "finance")

# What is only played on a test clock stands out of the way of what is real.
REAL = Q(customer__test_clock=None)
REAL_FIRST = condition_filter(
    "time", "time", at_first="real", real=("Real", REAL), test=("On a test clock", ~REAL)
)
