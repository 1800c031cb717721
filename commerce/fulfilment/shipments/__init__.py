"""Handovers to a carrier: what they cost, what is in them, where they are."""
