"""Steps of a transaction that take units off a fulfilment order, and see what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from commerce.fulfilment.fulfilment_orders.models import Allocation, FulfilmentOrder
from commerce.fulfilment.inventory.levels import LevelChange, change_levels
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared.db import requires_transaction


@requires_transaction
def cancel_open_units(units: Mapping[Allocation, int]) -> None:
    """Give open units back to the stock: they will not be delivered."""
    by_level: dict[UUID, int] = {}
    for allocation, canceled in units.items():
        allocation.canceled += canceled
        if allocation.line.is_made_to_order:
            continue
        by_level[allocation.level_id] = by_level.get(allocation.level_id, 0) + canceled
    Allocation.objects.bulk_update(units, ["canceled"])
    change_levels(
        LevelChange(level_id=level, allocated=-canceled) for level, canceled in by_level.items()
    )


@requires_transaction
def settle_progress(order: FulfilmentOrder, *, cancel_reason: str = "", at: datetime) -> None:
    """Bring the status of a locked order in line with its units, after some were taken off.

    Nothing packed and nothing open: canceled. Nothing packed: open again. Everything has left or
    was canceled: closed.
    """
    allocations = Allocation.objects.filter(line__fulfilment_order=order)
    units = [(row.open, row.packed) for row in allocations]
    is_open = any(open_ for open_, _ in units)
    is_packed = any(packed for _, packed in units)
    if not is_open and not is_packed:
        order.cancel(reason=cancel_reason, at=at)
    elif not is_packed and order.status == FulfilmentOrder.Status.IN_PROGRESS:
        order.stop_work()
    elif not is_open and not _waits_in_the_warehouse(order):
        order.close(at=at)
    order.save()


def _waits_in_the_warehouse(order: FulfilmentOrder) -> bool:
    waiting = [Shipment.Status.PACKING, Shipment.Status.PACKED]
    return Shipment.objects.filter(fulfilment_order=order, status__in=waiting).exists()
