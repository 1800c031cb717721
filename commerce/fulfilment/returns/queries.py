"""Reads of returns, and what may still come back."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet, Sum

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder, FulfilmentOrderLine
from commerce.fulfilment.returns.models import Return, ReturnLine, ReturnStatus
from commerce.fulfilment.shipments.models import LEFT, ShipmentLine, ShipmentStatus
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound

# A parcel that is lost cannot come back from the customer.
RETURNABLE = frozenset(LEFT) - {ShipmentStatus.LOST}


class ReturnNotFound(NotFound):
    """There is no such return."""


@requires_transaction
def lock_return(return_id: UUID) -> Return:
    """Lock a return.

    Raises:
        ReturnNotFound: there is none.
    """
    found = (
        Return.objects.select_for_update(of=("self",), no_key=True)
        .select_related("fulfilment_order")
        .filter(pk=return_id)
        .first()
    )
    if found is None:
        raise ReturnNotFound
    return found


def returnable_units(order: FulfilmentOrder) -> dict[FulfilmentOrderLine, int]:
    """Count what has left and is in no return, for each line of an order."""
    left = dict(
        ShipmentLine.objects.filter(
            shipment__fulfilment_order=order, shipment__status__in=RETURNABLE
        )
        .values_list("allocation__line")
        .annotate(units=Sum("quantity"))
    )
    # Below zero where a return was announced before the carrier lost the parcel.
    return {
        line: max(left.get(line.id, 0) - returned, 0)
        for line, returned in returned_units(order).items()
    }


def returned_units(order: FulfilmentOrder) -> dict[FulfilmentOrderLine, int]:
    """Count what came back or is announced, for each line of an order.

    A rejected return frees its units; one that arrived counts with what was in it.
    """
    returned: dict[UUID, int] = {}
    lines = ReturnLine.objects.filter(rma__fulfilment_order=order).select_related("rma")
    for line in lines.exclude(rma__status=ReturnStatus.REJECTED):
        is_announced = line.rma.status in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED)
        units = line.quantity if is_announced else line.received
        returned[line.line_id] = returned.get(line.line_id, 0) + units
    return {line: returned.get(line.id, 0) for line in order.lines.order_by("position")}


def with_lines(returns: QuerySet[Return]) -> QuerySet[Return]:
    """Add lines: one more statement, however many returns."""
    lines = ReturnLine.objects.select_related("line").order_by("line__position")
    return returns.select_related("fulfilment_order").prefetch_related(
        Prefetch("lines", queryset=lines)
    )
