"""Receive a return: the parcel is back, and each unit goes on the shelf or is written off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.fulfilment_orders.bundles import unbundled
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrderLine
from commerce.fulfilment.interface.messages import ReturnReceivedV1
from commerce.fulfilment.inventory.levels import (
    LevelChange,
    Movement,
    change_levels,
    open_levels,
    record_movements,
)
from commerce.fulfilment.inventory.models import MovementReason
from commerce.fulfilment.inventory.queries import location_ids
from commerce.fulfilment.outbox import publish
from commerce.fulfilment.refusals import WrongStatus, public_line_id
from commerce.fulfilment.returns.models import Return, ReturnLine
from commerce.fulfilment.returns.queries import lock_return
from commerce.fulfilment.shipments.models import LEFT, Shipment
from commerce.shared.errors import Conflict, Rejected


class ReceivedExceedsAnnounced(Conflict):
    """More units of the line were counted than the customer had announced."""

    code = "received_exceeds_announced"

    def __init__(self, *, line_id: UUID, received: int, announced: int) -> None:
        super().__init__(f"received {received}, announced {announced}")
        self.line_id, self.received, self.announced = public_line_id(line_id), received, announced


class NothingReceived(Rejected):
    """No unit came back; a return that never comes is rejected."""

    code = "nothing_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUnits:
    """What came back of one line: as good as new, and not."""

    restocked: int = 0
    written_off: int = 0

    @property
    def total(self) -> int:
        return self.restocked + self.written_off


def receive_return(
    *,
    return_id: UUID,
    location: str | None = None,
    units_by_line: Mapping[UUID, ReceivedUnits] | None = None,
    now: datetime,
) -> Return:
    """Book what came back at a location, and tell whoever has to make it good.

    Without a location it came back to where the order was shipped from; without units everything
    came as announced and as good as new. Fewer units may come. A return is received once, and
    doing it again changes nothing.

    Raises:
        ReturnNotFound: there is no such return.
        UnknownLocation: there is no such location.
        WrongStatus: it was not approved, or was rejected.
        ReceivedExceedsAnnounced: more came of a line than was announced.
        NothingReceived: nothing came.
    """
    location_id = location_ids({location})[location] if location else None
    with transaction.atomic(durable=True):
        expected = lock_return(return_id)
        if expected.received_at:
            return expected
        if not can_proceed(expected.receive):
            raise WrongStatus(current_status=expected.status)
        lines = _count(expected, units_by_line)
        expected.receive(at=now)
        expected.save()
        ReturnLine.objects.bulk_update(lines, ["restocked", "written_off"])
        _restock(expected, lines, location_id=location_id or _shipped_from(expected), at=now)
        publish(
            ReturnReceivedV1(
                return_id=expected.id,
                order_id=expected.fulfilment_order.order_id,
                units_by_line={str(row.line.line_id): row.received for row in lines},
                reason=expected.reason,
                received_at=now,
            ),
            occurred_at=now,
        )
    return expected


def _shipped_from(expected: Return) -> UUID:
    shipments = Shipment.objects.filter(
        fulfilment_order=expected.fulfilment_order_id, status__in=LEFT
    )
    return shipments.order_by("dispatched_at", "id").values_list("location_id", flat=True)[0]


def _count(
    expected: Return, units_by_line: Mapping[UUID, ReceivedUnits] | None
) -> list[ReturnLine]:
    announced = {row.line.line_id: row for row in expected.lines.select_related("line")}
    if units_by_line is None:
        units_by_line = {
            line_id: ReceivedUnits(restocked=row.quantity) for line_id, row in announced.items()
        }
    units_by_line = _unbundled(units_by_line, [row.line for row in announced.values()])
    for line_id, units in units_by_line.items():
        most = announced[line_id].quantity if line_id in announced else 0
        if units.total > most:
            raise ReceivedExceedsAnnounced(line_id=line_id, received=units.total, announced=most)
    lines = []
    for line_id, units in units_by_line.items():
        if units.total:
            row = announced[line_id]
            row.restocked, row.written_off = units.restocked, units.written_off
            lines.append(row)
    if not lines:
        raise NothingReceived
    return lines


def _unbundled(
    units_by_line: Mapping[UUID, ReceivedUnits], lines: Sequence[FulfilmentOrderLine]
) -> dict[UUID, ReceivedUnits]:
    restocked = unbundled({key: x.restocked for key, x in units_by_line.items()}, lines)
    written_off = unbundled({key: x.written_off for key, x in units_by_line.items()}, lines)
    return {
        line_id: ReceivedUnits(restocked=units, written_off=written_off[line_id])
        for line_id, units in restocked.items()
    }


def _restock(received: Return, lines: list[ReturnLine], *, location_id: UUID, at: datetime) -> None:
    """Put the good ones on the shelf. What is written off never gets there: no movement."""
    units_by_sku: dict[str, int] = {}
    for row in lines:
        if row.restocked:
            units_by_sku[row.line.sku] = units_by_sku.get(row.line.sku, 0) + row.restocked
    if not units_by_sku:
        return
    levels = open_levels({(location_id, sku) for sku in units_by_sku})
    units_by_level = {levels[location_id, sku]: units for sku, units in units_by_sku.items()}
    record_movements(
        [
            Movement(
                level_id=level,
                quantity=units,
                reason=MovementReason.RETURNED,
                reference=f"return:{received.id}",
            )
            for level, units in units_by_level.items()
        ],
        at=at,
    )
    change_levels(
        LevelChange(level_id=level, on_hand=units) for level, units in units_by_level.items()
    )
