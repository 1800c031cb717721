"""Catalog: what is described, what it costs, how it is found."""
