"""Columns that several pages of billing share."""

from __future__ import annotations

from commerce.shared.admin import link, money, reference

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
