"""Reads of fulfilment orders."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Prefetch, QuerySet, Sum

from commerce.fulfilment.fulfilment_orders.models import (
    Allocation,
    FulfilmentOrder,
    FulfilmentOrderLine,
)
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound


class FulfilmentOrderNotFound(NotFound):
    """There is no such fulfilment order."""


@requires_transaction
def lock_fulfilment_order(fulfilment_order_id: UUID) -> FulfilmentOrder:
    """Lock an order before anything below it.

    Raises:
        FulfilmentOrderNotFound: there is none.
    """
    order = (
        FulfilmentOrder.objects.select_for_update(no_key=True)
        .filter(pk=fulfilment_order_id)
        .first()
    )
    if order is None:
        raise FulfilmentOrderNotFound
    return order


def allocations_of(order: FulfilmentOrder) -> list[Allocation]:
    """List an order's allocations, lines and locations in their order."""
    return list(
        Allocation.objects.filter(line__fulfilment_order=order)
        .select_related("line", "level__location")
        .order_by("line__position", "level__location__priority", "level__location__code")
    )


def canceled_units(order: FulfilmentOrder) -> dict[str, int]:
    """Add up what will not be delivered of a known order, by the asker's line ids."""
    rows = (
        Allocation.objects.filter(line__fulfilment_order=order, canceled__gt=0)
        .values_list("line__line_id")
        .annotate(units=Sum("canceled"))
        .order_by("line__line_id")
    )
    return {str(line_id): units for line_id, units in rows}


def with_lines(orders: QuerySet[FulfilmentOrder]) -> QuerySet[FulfilmentOrder]:
    """Add lines and allocations: two more statements, however many orders."""
    allocations = Allocation.objects.select_related("level__location").order_by(
        "level__location__priority", "level__location__code"
    )
    lines = FulfilmentOrderLine.objects.order_by(F("position")).prefetch_related(
        Prefetch("allocations", queryset=allocations)
    )
    return orders.prefetch_related(Prefetch("lines", queryset=lines))
