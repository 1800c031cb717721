"""Refusals of fulfilment a caller must be ready for."""

from __future__ import annotations

from uuid import UUID

from commerce.shared.errors import Conflict, Rejected


class OutOfStock(Conflict):
    """Fewer units are available than were asked for."""

    code = "out_of_stock"

    def __init__(self, *, sku: str, wanted: int, available: int) -> None:
        super().__init__(f"{sku}: wanted {wanted}, {available} available")
        self.sku, self.wanted, self.available = sku, wanted, available


class ReservationReused(Rejected):
    """This reference was used before for other units."""

    code = "reservation_reused"


class NotDeliverable(Rejected):
    """Nothing is delivered to this country."""

    code = "not_deliverable"

    def __init__(self, *, country: str) -> None:
        super().__init__(f"nothing is delivered to {country}")
        self.country = country


class AlreadyShipped(Conflict):
    """Some of it has left the warehouse; it can only be returned."""

    code = "already_shipped"

    def __init__(self, *, order_id: UUID) -> None:
        super().__init__()
        self._order_id = order_id
