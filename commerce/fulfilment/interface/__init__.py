"""Fulfilment's published language; `services` is the only thing other contexts import."""
