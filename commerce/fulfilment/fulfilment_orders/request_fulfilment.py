"""Request fulfilment: a paid order reaches the warehouse, and its reservation becomes work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from commerce.fulfilment.fulfilment_orders.models import (
    ONE_PER_ORDER,
    Allocation,
    FulfilmentOrder,
    FulfilmentOrderLine,
)
from commerce.fulfilment.fulfilment_orders.sharing_out import (
    Share,
    UnitsAt,
    share_out,
    units_by_sku,
)
from commerce.fulfilment.interface.errors import OutOfStock
from commerce.fulfilment.interface.messages import (
    FulfilmentRefusedV1,
    FulfilmentRequestedV1,
    RequestFulfilmentV1,
)
from commerce.fulfilment.inventory.allocate_stock import allocate_stock
from commerce.fulfilment.inventory.levels import open_levels
from commerce.fulfilment.inventory.models import StockReservation, StockReservationLine
from commerce.fulfilment.inventory.queries import first_location
from commerce.fulfilment.inventory.release_stock import release_stock
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from commerce.fulfilment.outbox import publish
from commerce.shared.codec import to_plain
from commerce.shared.db import constraint_name

# From here it takes milliseconds to bind the units; a crash in between must not keep them long.
HOLD_STOCK_FOR = timedelta(minutes=10)
AWAITING_APPROVAL = "awaiting_approval"


def request_fulfilment(request: RequestFulfilmentV1, *, now: datetime) -> FulfilmentOrder:
    """Take an order on, or refuse it as a whole. Asking again for the same order changes nothing.

    The reservation is good as long as its units are set aside, overdue or not. One that was
    released, or that nobody has heard of, is made anew. What has no stock is refused for good.
    What is made to order needs none: it is packed where the rest of the order is.

    Raises:
        ReservationReused: the reservation is for other units.
        NoLocation: there is no place to pack it.
        WrongStatus: it was released this moment, or another order has it.
    """
    if known := FulfilmentOrder.objects.filter(order_id=request.order_id).first():
        return known
    reference = request.reservation_reference or f"order:{request.order_id}"
    try:
        return _take_on(request, reference=reference, now=now)
    except IntegrityError as violation:
        if constraint_name(violation) != ONE_PER_ORDER:
            raise
    # Somebody was faster: the same request, or a cancellation that has no use for the units.
    known = FulfilmentOrder.objects.get(order_id=request.order_id)
    if known.status == FulfilmentOrder.Status.CANCELED:
        release_stock(reference=reference, now=now)
    return known


def _take_on(request: RequestFulfilmentV1, *, reference: str, now: datetime) -> FulfilmentOrder:
    try:
        if units := units_by_sku(request.lines):
            reserve_stock(
                reference=reference,
                units_by_sku=units,
                expires_at=now + HOLD_STOCK_FOR,
                now=now,
            )
    except OutOfStock:
        return _refuse(request, now=now)
    return _accept(request, reference=reference, now=now)


def _accept(request: RequestFulfilmentV1, *, reference: str, now: datetime) -> FulfilmentOrder:
    order = FulfilmentOrder(
        order_id=request.order_id,
        order_number=request.order_number,
        user_id=request.user_id,
        secret_hash=request.secret_hash,
        email=request.email,
        ship_to=to_plain(request.ship_to),
        delivery_option=request.delivery_option,
        needs_approval=any(line.needs_approval for line in request.lines),
        requested_at=request.requested_at,
    )
    if order.needs_approval:
        order.hold(reason=AWAITING_APPROVAL)

    with transaction.atomic(durable=True):
        order.save(force_insert=True)
        allocated: Sequence[StockReservationLine] = ()
        if units_by_sku(request.lines):
            reservation = StockReservation.objects.select_for_update(no_key=True).get(
                reference=reference
            )
            allocated = allocate_stock(reservation, at=now)
        _bind(order, request, allocated)
        publish(
            FulfilmentRequestedV1(
                fulfilment_order_id=order.id,
                order_id=order.order_id,
                is_on_hold=order.status == FulfilmentOrder.Status.ON_HOLD,
            ),
            occurred_at=now,
        )
    return order


def _bind(
    order: FulfilmentOrder, request: RequestFulfilmentV1, allocated: Sequence[StockReservationLine]
) -> None:
    rows = {
        line.line_id: FulfilmentOrderLine(
            fulfilment_order=order,
            line_id=line.line_id,
            position=position,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            needs_approval=line.needs_approval,
            is_made_to_order=line.is_made_to_order,
            bundle_id=line.bundle_id,
            per_bundle=line.per_bundle,
        )
        for position, line in enumerate(request.lines)
    }
    FulfilmentOrderLine.objects.bulk_create(rows.values())
    units = [
        UnitsAt(level_id=line.level_id, sku=line.level.sku, units=line.quantity)
        for line in allocated
    ]
    Allocation.objects.bulk_create(
        [
            Allocation(line=rows[share.line_id], level_id=share.level_id, quantity=share.units)
            for share in [*share_out(request.lines, units), *_made_to_order(request, allocated)]
        ]
    )


def _made_to_order(
    request: RequestFulfilmentV1, allocated: Sequence[StockReservationLine]
) -> list[Share]:
    """Put what has no stock where the first of the other units are: it may fit into their parcel.

    An allocation is at a level, and the level of such a SKU is mostly empty; it is not changed.
    """
    lines = [line for line in request.lines if line.is_made_to_order]
    if not lines:
        return []
    location = allocated[0].level.location_id if allocated else first_location()
    levels = open_levels({(location, line.sku) for line in lines})
    return [
        Share(line_id=line.line_id, level_id=levels[location, line.sku], units=line.quantity)
        for line in lines
    ]


def _refuse(request: RequestFulfilmentV1, *, now: datetime) -> FulfilmentOrder:
    order = FulfilmentOrder(
        order_id=request.order_id,
        order_number=request.order_number,
        user_id=request.user_id,
        secret_hash=request.secret_hash,
        requested_at=request.requested_at,
    )
    order.cancel(reason=OutOfStock.code, at=now)
    with transaction.atomic(durable=True):
        order.save(force_insert=True)
        publish(
            FulfilmentRefusedV1(order_id=order.order_id, reason=OutOfStock.code, refused_at=now),
            occurred_at=now,
        )
    return order
