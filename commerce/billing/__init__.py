"""Billing: what was agreed, what is owed, what was paid."""
