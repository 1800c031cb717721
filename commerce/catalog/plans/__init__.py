"""Recurring terms: what a subscriber pays, gets, and how often."""
