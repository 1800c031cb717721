"""What a carrier's events say about a parcel, whatever order they arrive in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from commerce.fulfilment.shipments.models import ShipmentStatus

# The carrier's words (sandbox/carrier/README.md, "A parcel's life") that move a shipment.
# A label that was printed or canceled moves nothing.
STATUS_OF: Final[Mapping[str, ShipmentStatus]] = {
    "accepted": ShipmentStatus.DISPATCHED,
    "in_transit": ShipmentStatus.DISPATCHED,
    "out_for_delivery": ShipmentStatus.DISPATCHED,
    "exception": ShipmentStatus.EXCEPTION,
    "lost": ShipmentStatus.LOST,
    "delivered": ShipmentStatus.DELIVERED,
}


def status_told(events: Iterable[tuple[int, str]]) -> ShipmentStatus | None:
    """Tell where a parcel is from its events, each a sequence number and the carrier's word.

    The highest number counts, and delivered is final. None: the carrier has not seen it yet.
    """
    told = [STATUS_OF[word] for _, word in sorted(events) if word in STATUS_OF]
    if ShipmentStatus.DELIVERED in told:
        return ShipmentStatus.DELIVERED
    return told[-1] if told else None
