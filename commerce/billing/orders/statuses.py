"""How an order's payment and fulfilment status follow from its rows. The only place that knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from commerce.billing.orders.models import FulfilmentStatus, PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnits:
    """What has become of the units of one line that has to be delivered."""

    ordered: int
    dispatched: int
    canceled: int
    returned: int


def is_accounted_for(lines: Collection[LineUnits]) -> bool:
    """Tell whether nothing more will leave: each unit has, or never will."""
    return all(line.dispatched + line.canceled == line.ordered for line in lines)


def payment_status_of(*, captured_minor: int, refunded_minor: int) -> PaymentStatus:
    """Tell how an order stands that was paid once."""
    if refunded_minor == 0:
        return PaymentStatus.PAID
    if refunded_minor < captured_minor:
        return PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.REFUNDED


def fulfilment_status_of(lines: Collection[LineUnits], *, all_delivered: bool) -> FulfilmentStatus:
    """Tell how far delivering has come. `all_delivered`: the carrier has handed over what left."""
    if not lines:
        return FulfilmentStatus.NOT_REQUIRED
    dispatched = sum(line.dispatched for line in lines)
    returned = sum(line.returned for line in lines)
    to_deliver = sum(line.ordered - line.canceled for line in lines)
    if returned:
        is_all = returned == to_deliver
        return FulfilmentStatus.RETURNED if is_all else FulfilmentStatus.PARTIALLY_RETURNED
    if to_deliver == 0:
        return FulfilmentStatus.CANCELED
    if dispatched == 0:
        return FulfilmentStatus.UNFULFILLED
    if dispatched < to_deliver:
        return FulfilmentStatus.PARTIALLY_FULFILLED
    return FulfilmentStatus.DELIVERED if all_delivered else FulfilmentStatus.FULFILLED
