"""Pack a shipment: a clerk puts units of an order into a parcel and gets its label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from commerce.fulfilment.fulfilment_orders.bundles import unbundled
from commerce.fulfilment.fulfilment_orders.models import Allocation
from commerce.fulfilment.fulfilment_orders.queries import allocations_of, lock_fulfilment_order
from commerce.fulfilment.inventory.queries import location_ids
from commerce.fulfilment.refusals import WrongStatus, public_line_id, refuse_no_units
from commerce.fulfilment.shipments.buy_label import BUY_AGAIN_AFTER, buy_label
from commerce.fulfilment.shipments.models import Shipment, ShipmentLine
from commerce.shared.errors import Conflict


class NotOpenHere(Conflict):
    """So many units of the line are not open at this location."""

    code = "not_open_here"

    def __init__(self, *, line_id: UUID | None, wanted: int, open_units: int) -> None:
        super().__init__(f"wanted {wanted}, {open_units} open here")
        self.line_id, self.wanted, self.open_units = public_line_id(line_id), wanted, open_units


def pack_shipment(
    *,
    fulfilment_order_id: UUID,
    location: str,
    weight_g: int,
    reference: UUID,
    units_by_line: Mapping[UUID, int] | None = None,
    now: datetime,
) -> Shipment:
    """Pack some units at one location, or with `None` all that are open there, and buy the label.

    A bundle that is named by its own line is packed as far as its parts lie here. The same
    reference packs once; asking again goes on with the label where that is missing. While the
    carrier does not answer, the shipment stays *packing*, and a sweeper asks again.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        UnknownLocation: there is no such location.
        WrongStatus: the order is on hold, or nothing of it is to be delivered any more.
        NotOpenHere: a line has fewer open units at the location, or none at all is left.
        CarrierRefused: the carrier does not take the parcel; its units are open again.
    """
    if units_by_line is not None:
        refuse_no_units(units_by_line.values())
    locations = location_ids({location})
    with transaction.atomic(durable=True):
        order = lock_fulfilment_order(fulfilment_order_id)
        shipment = Shipment.objects.filter(reference=reference).first()
        if shipment is None:
            if not can_proceed(order.start_work):
                raise WrongStatus(current_status=order.status)
            here = [
                row for row in allocations_of(order) if row.level.location_id == locations[location]
            ]
            contents = _choose(here, units_by_line)
            order.start_work()
            order.save()
            shipment = Shipment.objects.create(
                fulfilment_order=order,
                location_id=locations[location],
                reference=reference,
                weight_g=weight_g,
                next_attempt_at=now + BUY_AGAIN_AFTER,
                created_at=now,
            )
            _fill(shipment, contents)
    return buy_label(shipment_id=shipment.id, now=now)


def _choose(
    here: Sequence[Allocation], units_by_line: Mapping[UUID, int] | None
) -> dict[Allocation, int]:
    if units_by_line is None:
        every_open = {row: row.open for row in here if row.open}
        if not every_open:
            raise NotOpenHere(line_id=None, wanted=1, open_units=0)
        return every_open

    row_of = {row.line.line_id: row for row in here}
    units = unbundled(units_by_line, [row.line for row in here])
    for line_id, wanted in units.items():
        open_units = row_of[line_id].open if line_id in row_of else 0
        if wanted > open_units:
            raise NotOpenHere(line_id=line_id, wanted=wanted, open_units=open_units)
    return {row_of[line_id]: wanted for line_id, wanted in units.items()}


def _fill(shipment: Shipment, contents: Mapping[Allocation, int]) -> None:
    for allocation, units in contents.items():
        allocation.packed += units
    Allocation.objects.bulk_update(contents, ["packed"])
    ShipmentLine.objects.bulk_create(
        [
            ShipmentLine(shipment=shipment, allocation=allocation, quantity=units)
            for allocation, units in contents.items()
        ]
    )
