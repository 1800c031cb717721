"""Cancel units: the warehouse or a reviewer decides that something will not be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.fulfilment.fulfilment_orders.bundles import breaks_with, unbundled
from commerce.fulfilment.fulfilment_orders.models import (
    Allocation,
    FulfilmentOrder,
    StaffCancellation,
)
from commerce.fulfilment.fulfilment_orders.progress import cancel_open_units, settle_progress
from commerce.fulfilment.fulfilment_orders.queries import allocations_of, lock_fulfilment_order
from commerce.fulfilment.interface.messages import FulfilmentCanceledV1
from commerce.fulfilment.outbox import publish
from commerce.fulfilment.refusals import public_line_id, refuse_no_units
from commerce.shared.errors import Conflict


class UnitsNotOpen(Conflict):
    """So many units of the line are not open: they are packed, have left or were canceled."""

    code = "units_not_open"

    def __init__(self, *, line_id: UUID | None, wanted: int, open_units: int) -> None:
        super().__init__(f"wanted {wanted}, {open_units} open")
        self.line_id, self.wanted, self.open_units = public_line_id(line_id), wanted, open_units


def cancel_units(
    *,
    fulfilment_order_id: UUID,
    units_by_line: Mapping[UUID, int] | None,
    reason: str,
    reference: UUID,
    now: datetime,
) -> FulfilmentOrder:
    """Give open units back to the stock, and tell whoever asked for them. `None`: all that are open.

    The same reference cancels once. A bundle may be named by its own line. What breaks a bundle
    cancels the rest of it, as far as that is still open: nobody has asked for half of one.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        UnitsNotOpen: a line has fewer open units, or none at all is left.
    """
    if units_by_line is not None:
        refuse_no_units(units_by_line.values())
    with transaction.atomic(durable=True):
        order = lock_fulfilment_order(fulfilment_order_id)
        if StaffCancellation.objects.filter(reference=reference).exists():
            return order

        allocations = allocations_of(order)
        canceled = _choose(allocations, units_by_line)
        if units_by_line is not None:
            canceled = _with_broken_bundles(allocations, canceled)
        told: dict[str, int] = {}
        for allocation, units in canceled.items():
            line_id = str(allocation.line.line_id)
            told[line_id] = told.get(line_id, 0) + units
        cancel_open_units(canceled)
        settle_progress(order, cancel_reason=reason, at=now)
        StaffCancellation.objects.create(
            reference=reference,
            fulfilment_order=order,
            units_by_line=told,
            reason=reason,
            canceled_at=now,
        )
        publish(
            FulfilmentCanceledV1(
                order_id=order.order_id, units_by_line=told, reason=reason, canceled_at=now
            ),
            occurred_at=now,
        )
    return order


def _choose(
    allocations: Sequence[Allocation], units_by_line: Mapping[UUID, int] | None
) -> dict[Allocation, int]:
    """Pick open units, from the location that ships last."""
    if units_by_line is None:
        every_open = {row: row.open for row in allocations if row.open}
        if not every_open:
            raise UnitsNotOpen(line_id=None, wanted=1, open_units=0)
        return every_open

    chosen: dict[Allocation, int] = {}
    lines = {row.line for row in allocations}
    for line_id, wanted in unbundled(units_by_line, lines).items():
        of_line = [row for row in reversed(allocations) if row.line.line_id == line_id]
        open_units = sum(row.open for row in of_line)
        if wanted > open_units:
            raise UnitsNotOpen(line_id=line_id, wanted=wanted, open_units=open_units)
        chosen |= _take(of_line, wanted)
    return chosen


def _take(rows: Sequence[Allocation], units: int) -> dict[Allocation, int]:
    taken = {}
    for row in rows:
        if share := min(units, row.open):
            taken[row] = share
            units -= share
    return taken


def _with_broken_bundles(
    allocations: Sequence[Allocation], chosen: Mapping[Allocation, int]
) -> dict[Allocation, int]:
    """Add what is still open of the bundles that can no longer be complete."""
    canceled: dict[UUID, int] = {}
    for row in allocations:
        line_id = row.line.line_id
        canceled[line_id] = canceled.get(line_id, 0) + row.canceled + chosen.get(row, 0)
    everything = dict(chosen)
    for line_id, broken in breaks_with(canceled, {row.line for row in allocations}).items():
        more = broken - canceled[line_id]
        for row in reversed(allocations):
            if row.line.line_id == line_id and more > 0:
                share = min(more, row.open - everything.get(row, 0))
                more -= share
                if share:
                    everything[row] = everything.get(row, 0) + share
    return everything
