"""Request a return: a customer wants to send something back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.fulfilment.fulfilment_orders.bundles import refuse_torn_bundles, unbundled
from commerce.fulfilment.fulfilment_orders.queries import lock_fulfilment_order
from commerce.fulfilment.refusals import public_line_id, refuse_no_units
from commerce.fulfilment.returns.models import Return, ReturnLine
from commerce.fulfilment.returns.queries import returnable_units, returned_units
from commerce.shared.errors import Conflict


class QuantityExceedsReturnable(Conflict):
    """So many units of the line were not delivered, or they are in a return already."""

    code = "quantity_exceeds_returnable"

    def __init__(self, *, line_id: UUID, wanted: int, returnable: int) -> None:
        super().__init__(f"wanted {wanted}, {returnable} can be returned")
        self.line_id, self.wanted, self.returnable = public_line_id(line_id), wanted, returnable


def request_return(
    *,
    fulfilment_order_id: UUID,
    units_by_line: Mapping[UUID, int],
    reason: str,
    reference: UUID,
    now: datetime,
) -> Return:
    """Announce units of an order, named by the asker's line ids. The same reference asks once.

    A bundle is named by its own line, or by all its parts: it comes back whole.

    Raises:
        FulfilmentOrderNotFound: there is no such order.
        QuantityExceedsReturnable: a line has fewer units that have left and are in no return.
        BundleReturnsWhole: the customer would keep a part of a bundle.
    """
    refuse_no_units(units_by_line.values())
    with transaction.atomic(durable=True):
        # The order's lock also decides between two returns of the same unit.
        order = lock_fulfilment_order(fulfilment_order_id)
        if known := Return.objects.filter(reference=reference).first():
            return known

        returnable = {line.line_id: (line, n) for line, n in returnable_units(order).items()}
        lines = [line for line, _ in returnable.values()]
        units_by_line = unbundled(units_by_line, lines)
        for line_id, wanted in units_by_line.items():
            _, units = returnable.get(line_id, (None, 0))
            if wanted > units:
                raise QuantityExceedsReturnable(line_id=line_id, wanted=wanted, returnable=units)
        returned = {line.line_id: n for line, n in returned_units(order).items()}
        for line_id, wanted in units_by_line.items():
            returned[line_id] += wanted
        touched = {returnable[line_id][0].bundle_id for line_id in units_by_line}
        refuse_torn_bundles(returned, [line for line in lines if line.bundle_id in touched])
        requested = Return.objects.create(
            fulfilment_order=order, reference=reference, reason=reason, requested_at=now
        )
        ReturnLine.objects.bulk_create(
            [
                ReturnLine(rma=requested, line=returnable[line_id][0], quantity=quantity)
                for line_id, quantity in units_by_line.items()
            ]
        )
    return requested
