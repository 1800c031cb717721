"""Adjust stock: the shelf says something else than the books, and somebody says why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.fulfilment.inventory.levels import (
    LevelChange,
    Movement,
    change_levels,
    open_levels,
    record_movements,
)
from commerce.fulfilment.inventory.models import MovementReason, StockLevel
from commerce.fulfilment.inventory.queries import location_ids
from commerce.shared.errors import Conflict

ADJUSTMENT_REASONS = frozenset(
    {MovementReason.COUNTED, MovementReason.DAMAGED, MovementReason.LOST, MovementReason.FOUND}
)


class StockPromised(Conflict):
    """The units are reserved or allocated; what is promised has to be canceled first."""

    code = "stock_promised"

    def __init__(self, *, on_hand: int, promised: int) -> None:
        super().__init__(f"{promised} of {on_hand} units are promised")
        self.on_hand, self.promised = on_hand, promised


class StockChanged(Conflict):
    """The units on hand are no longer those the adjustment was made for."""

    code = "stock_changed"

    def __init__(self, *, expected: int, on_hand: int) -> None:
        super().__init__(f"expected {expected} on hand, found {on_hand}")
        self.expected, self.on_hand = expected, on_hand


def adjust_stock(
    *,
    location: str,
    sku: str,
    quantity: int,
    reason: MovementReason,
    reference: str,
    note: str = "",
    expected_on_hand: int | None = None,
    now: datetime,
) -> StockLevel:
    """Add units to a level, or with a negative quantity take them away; never *set* it.

    With `expected_on_hand` only if that is what is there: two people who count the same shelf
    then correct it once. The same reference adjusts a level once.

    Raises:
        UnknownLocation: there is no such location.
        StockPromised: more would be taken than is free.
        StockChanged: `expected_on_hand` is not what is there.
    """
    if not quantity or reason not in ADJUSTMENT_REASONS:
        raise ValueError(f"not an adjustment: {quantity} {reason}")
    locations = location_ids({location})

    with transaction.atomic(durable=True):
        level_id = open_levels({(locations[location], sku)})[locations[location], sku]
        level = StockLevel.objects.select_for_update(of=("self",), no_key=True).get(pk=level_id)
        movement = Movement(
            level_id=level.id, quantity=quantity, reason=reason, reference=reference, note=note
        )
        if record_movements([movement], at=now):
            _refuse(level, quantity=quantity, expected_on_hand=expected_on_hand)
            change_levels([LevelChange(level_id=level.id, on_hand=quantity)])
            level.on_hand += quantity
    return level


def _refuse(level: StockLevel, *, quantity: int, expected_on_hand: int | None) -> None:
    if expected_on_hand is not None and expected_on_hand != level.on_hand:
        raise StockChanged(expected=expected_on_hand, on_hand=level.on_hand)
    if level.available + quantity < 0:
        raise StockPromised(on_hand=level.on_hand, promised=level.reserved + level.allocated)
