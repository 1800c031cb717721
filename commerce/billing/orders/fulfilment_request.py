"""What the warehouse is asked for: the lines of a paid order, and of a bundle what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from commerce.billing.orders.components import components_of
from commerce.billing.orders.models import Order, OrderLine, OrderLineComponent
from commerce.fulfilment.interface import services as fulfilment
from commerce.shared.codec import from_plain


def fulfilment_request(
    order: Order, lines: Sequence[OrderLine], *, at: datetime
) -> fulfilment.RequestFulfilmentV1:
    """Ask for lines that have to be shipped."""
    parts = components_of(lines)
    return fulfilment.RequestFulfilmentV1(
        order_id=order.id,
        order_number=order.number,
        reservation_reference=order.reservation_reference,
        lines=[
            asked
            for line in lines
            for asked in (_parts(line, parts[line.id]) if line.is_bundle else [_whole(line)])
        ],
        ship_to=from_plain(fulfilment.Address, order.shipping_address),
        delivery_option=order.delivery_option,
        email=order.email,
        requested_at=at,
        user_id=order.user_id,
        secret_hash=order.secret_hash,
    )


def _whole(line: OrderLine) -> fulfilment.FulfilmentLine:
    return fulfilment.FulfilmentLine(
        line_id=line.id,
        sku=line.sku or "",
        quantity=line.quantity,
        title=line.title,
        needs_approval=line.needs_approval,
        is_made_to_order=line.made_to_order_days is not None,
    )


def _parts(
    line: OrderLine, parts: Iterable[OrderLineComponent]
) -> Iterator[fulfilment.FulfilmentLine]:
    for part in parts:
        if part.requires_shipping:
            yield fulfilment.FulfilmentLine(
                line_id=part.id,
                sku=part.sku,
                quantity=part.quantity,
                title=part.title,
                # What one of them needs, the bundle needs: a reviewer decides on all of it.
                needs_approval=line.needs_approval,
                bundle_id=line.id,
                per_bundle=part.per_bundle,
            )
