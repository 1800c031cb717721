"""Where the units of a checkout are taken from: one parcel where possible, else by priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commerce.fulfilment.interface.errors import OutOfStock


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeUnits:
    """Units of a SKU that nobody has been promised, at one level."""

    level_id: UUID
    sku: str
    location: str
    priority: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Units to take from one level."""

    level_id: UUID
    sku: str
    units: int


def split_units(wanted: Mapping[str, int], free: Iterable[FreeUnits]) -> list[Taken]:
    """Choose levels for every unit wanted, or refuse them all.

    The first location, by priority, that has everything gets everything. Where none has, each
    SKU comes from the first location that has all of it, and is split only if none has.

    Raises:
        OutOfStock: the locations together have too few of a SKU.
    """
    by_sku: dict[str, list[FreeUnits]] = {sku: [] for sku in wanted}
    for level in sorted(free, key=lambda level: (level.priority, level.location)):
        if level.units > 0 and level.sku in by_sku:
            by_sku[level.sku].append(level)
    for sku, units in wanted.items():
        available = sum(level.units for level in by_sku[sku])
        if available < units:
            raise OutOfStock(sku=sku, wanted=units, available=available)

    chosen = _location_with_everything(wanted, by_sku)
    taken: list[Taken] = []
    for sku, units in wanted.items():
        taken += _take(units, by_sku[sku], preferred=chosen)
    return taken


def _location_with_everything(
    wanted: Mapping[str, int], by_sku: Mapping[str, Sequence[FreeUnits]]
) -> str | None:
    having_all = [
        [level.location for level in by_sku[sku] if level.units >= units]
        for sku, units in wanted.items()
    ]
    first, *others = having_all
    return next(
        (location for location in first if all(location in other for other in others)), None
    )


def _take(units: int, levels: Sequence[FreeUnits], *, preferred: str | None) -> list[Taken]:
    sufficient = [level for level in levels if level.units >= units]
    whole = next((level for level in sufficient if level.location == preferred), None)
    if whole is None and sufficient:
        whole = sufficient[0]
    if whole is not None:
        return [Taken(level_id=whole.level_id, sku=whole.sku, units=units)]

    taken = []
    for level in levels:
        share = min(units, level.units)
        taken.append(Taken(level_id=level.level_id, sku=level.sku, units=share))
        units -= share
        if not units:
            break
    return taken
