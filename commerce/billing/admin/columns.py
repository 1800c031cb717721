"""Columns and filters that several pages of billing share."""

from __future__ import annotations

from django.db.models import Q

from commerce.shared.admin import ALL, condition_filter, link, money, reference

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
_REAL = Q(customer__test_clock=None)
REAL_FIRST = condition_filter(
    "time", "time", at_first="real", real=("Real", _REAL), test=("On a test clock", ~_REAL)
)
# Queues count along an index that knows nothing of customers, so their lists have both.
REAL_OR_NOT = {"time": ALL}
