"""A step of a transaction: parcels that do not leave are unpacked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from commerce.fulfilment.fulfilment_orders.models import Allocation
from commerce.fulfilment.shipments.models import Shipment, ShipmentLine
from commerce.shared.db import requires_transaction

# Longer than a call that buys the label may still be under way: whoever asks the carrier then
# for a label under this reference gets the final answer.
GIVE_LABEL_BACK_AFTER = timedelta(seconds=15)


@requires_transaction
def unpack(shipments: Sequence[Shipment], *, at: datetime) -> None:
    """Cancel locked shipments that have not left; their units are open again."""
    packed: dict[UUID, int] = {}
    for line in ShipmentLine.objects.filter(shipment__in=shipments):
        packed[line.allocation_id] = packed.get(line.allocation_id, 0) + line.quantity
    allocations = list(Allocation.objects.filter(pk__in=packed))
    for allocation in allocations:
        allocation.packed -= packed[allocation.id]
    Allocation.objects.bulk_update(allocations, ["packed"])
    for shipment in shipments:
        shipment.cancel(at=at, give_label_back_at=at + GIVE_LABEL_BACK_AFTER)
        shipment.save()
