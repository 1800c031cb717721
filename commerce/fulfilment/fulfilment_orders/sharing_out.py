"""Which of the allocated units belong to which line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from commerce.fulfilment.interface.dto import FulfilmentLine


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsAt:
    """Units of a SKU at a level."""

    level_id: UUID
    sku: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Units of a line at a level."""

    line_id: UUID
    level_id: UUID
    units: int


def units_by_sku(lines: Iterable[FulfilmentLine]) -> dict[str, int]:
    """Add up what has to be in stock: two lines may want the same SKU."""
    units: dict[str, int] = {}
    for line in lines:
        if line.is_made_to_order:
            continue
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    return units


def share_out(lines: Sequence[FulfilmentLine], units: Sequence[UnitsAt]) -> list[Share]:
    """Give each line its units, lines and levels in the order given; all units are given away.

    What is made to order takes none.
    """
    left = [at.units for at in units]
    shares = []
    for line in lines:
        if line.is_made_to_order:
            continue
        wanted = line.quantity
        for i, at in enumerate(units):
            share = min(wanted, left[i]) if at.sku == line.sku else 0
            if share:
                shares.append(Share(line_id=line.line_id, level_id=at.level_id, units=share))
                left[i] -= share
                wanted -= share
    return shares
