"""What lists show of a number of units: a coarse state that seldom changes."""

from __future__ import annotations

from commerce.catalog.interface import services as catalog

# "Only a few left": at or below this, a shopper should hurry.
LOW_STOCK_UNITS = 5


def availability_state(available: int) -> catalog.Availability:
    """Name the state of a SKU with so many units to promise."""
    if available <= 0:
        return catalog.Availability.OUT_OF_STOCK
    if available <= LOW_STOCK_UNITS:
        return catalog.Availability.LOW_STOCK
    return catalog.Availability.IN_STOCK
