"""Fulfilment in memory, for the tests of its neighbours: it keeps the promises of its interface.

`put` it behind the interface module and the one patch reaches every caller:

    fake = FakeFulfilment(stock={"mug": 5})
    fake.stand_in(monkeypatch)

tests/contract/fulfilment/ asks the same questions of it and of the real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from commerce.fulfilment.interface import services as fulfilment
from commerce.shared import clock
from commerce.shared.db import published
from commerce.shared.ids import new_id

FUNCTIONS = (
    "availability_of",
    "cancel_fulfilment",
    "check_entitlement",
    "quote_delivery",
    "release_stock",
    "reserve_stock",
    "shipments_of",
)


@dataclass(slots=True, kw_only=True)
class FakeFulfilment:
    """`stock["mug"] = 5` is what lies on the shelf; what is held and bound counts off it."""

    stock: dict[str, int] = field(default_factory=dict)
    reservations: dict[str, fulfilment.Reservation] = field(default_factory=dict)
    options: dict[tuple[str, str], list[fulfilment.DeliveryOption]] = field(default_factory=dict)
    """By country and currency."""
    orders: dict[UUID, fulfilment.RequestFulfilmentV1] = field(default_factory=dict)
    canceled: dict[UUID, dict[str, int]] = field(default_factory=dict)
    shipments: dict[UUID, list[fulfilment.ShipmentSummary]] = field(default_factory=dict)
    entitlements: list[fulfilment.Entitlement] = field(default_factory=list)

    def stand_in(self, monkeypatch: Any) -> None:
        """Take the place of the real one for a test."""
        for name in FUNCTIONS:
            monkeypatch.setattr(fulfilment, name, getattr(self, name))

    # What a test may let happen.

    def put(self, sku: str, units: int) -> None:
        self.stock[sku] = self.stock.get(sku, 0) + units

    def offer(self, country: str, currency: str, option: fulfilment.DeliveryOption) -> None:
        self.options.setdefault((country, currency), []).append(option)

    def accept(self, request: fulfilment.RequestFulfilmentV1) -> None:
        """The warehouse hears of a paid order."""
        if request.order_id in self.orders or request.order_id in self.canceled:
            return
        units: dict[str, int] = {}
        for line in request.lines:
            if not line.is_made_to_order:
                units[line.sku] = units.get(line.sku, 0) + line.quantity
        reference = request.reservation_reference or f"order:{request.order_id}"
        if units:
            held = self.reserve_stock(
                reference=reference, units_by_sku=units, expires_at=clock.now()
            )
            self.reservations[reference] = replace(
                held, state=fulfilment.ReservationState.ALLOCATED
            )
        self.orders[request.order_id] = request

    def ship(self, order_id: UUID) -> None:
        """Everything of an accepted order leaves in one parcel."""
        order = self.orders[order_id]
        for line in order.lines:
            if not line.is_made_to_order:
                self.stock[line.sku] -= line.quantity
        self._forget_reservation(order)
        self.shipments.setdefault(order_id, []).append(
            fulfilment.ShipmentSummary(
                shipment_id=new_id(),
                status="dispatched",
                carrier="sandbox",
                tracking_number="1",
                units_by_line={str(line.line_id): line.quantity for line in order.lines},
                dispatched_at=clock.now(),
                delivered_at=None,
            )
        )

    def grant(self, entitlement: fulfilment.Entitlement) -> None:
        self.entitlements.append(entitlement)

    # The interface.

    @published
    def reserve_stock(
        self, *, reference: str, units_by_sku: Mapping[str, int], expires_at: dt.datetime
    ) -> fulfilment.Reservation:
        known = self.reservations.get(reference)
        if known and dict(known.units_by_sku) != dict(units_by_sku):
            raise fulfilment.ReservationReused
        if known and known.state != fulfilment.ReservationState.RELEASED:
            if not _is_overdue(known):
                if known.state == fulfilment.ReservationState.HELD:
                    until = max(known.expires_at, expires_at)
                    self.reservations[reference] = replace(known, expires_at=until)
                return self.reservations[reference]
        else:
            for sku, units in units_by_sku.items():
                if (available := self._available(sku)) < units:
                    raise fulfilment.OutOfStock(sku=sku, wanted=units, available=available)
            self._push_out_overdue(units_by_sku)
        self.reservations[reference] = fulfilment.Reservation(
            reference=reference,
            units_by_sku=dict(units_by_sku),
            expires_at=expires_at,
            state=fulfilment.ReservationState.HELD,
        )
        return self.reservations[reference]

    @published
    def release_stock(self, *, reference: str) -> None:
        known = self.reservations.get(reference)
        if known and known.state == fulfilment.ReservationState.HELD:
            self.reservations[reference] = replace(
                known, state=fulfilment.ReservationState.RELEASED
            )

    @published
    def availability_of(self, *, skus: Sequence[str]) -> Sequence[fulfilment.StockAvailability]:
        return [
            fulfilment.StockAvailability(sku=sku, available=self._available(sku)) for sku in skus
        ]

    @published
    def quote_delivery(
        self, *, country: str, currency: str, weight_g: int, units: int
    ) -> Sequence[fulfilment.DeliveryOption]:
        options = self.options.get((country, currency))
        if not options:
            raise fulfilment.NotDeliverable(country=country)
        return sorted(options, key=lambda option: option.price.minor)

    @published
    def cancel_fulfilment(
        self, *, order_id: UUID, reason: str, now: dt.datetime
    ) -> fulfilment.CanceledFulfilment:
        if self.shipments.get(order_id):
            raise fulfilment.AlreadyShipped(order_id=order_id)
        if order_id not in self.canceled:
            order = self.orders.get(order_id)
            lines = order.lines if order else []
            self.canceled[order_id] = {str(line.line_id): line.quantity for line in lines}
            if order:
                self._forget_reservation(order)
        return fulfilment.CanceledFulfilment(
            order_id=order_id, units_by_line=self.canceled[order_id]
        )

    @published
    def shipments_of(self, *, order_id: UUID) -> Sequence[fulfilment.ShipmentSummary]:
        return list(self.shipments.get(order_id, []))

    @published
    def check_entitlement(
        self, *, holder_id: UUID, feature: str, at: dt.datetime
    ) -> fulfilment.Entitlement | None:
        for each in self.entitlements:
            is_theirs = (each.holder_id, each.feature) == (holder_id, feature)
            is_over = each.valid_until is not None and each.valid_until <= at
            if is_theirs and each.valid_from <= at and not is_over:
                return each
        return None

    def _available(self, sku: str) -> int:
        promised = sum(
            reservation.units_by_sku.get(sku, 0)
            for reservation in self.reservations.values()
            if reservation.state != fulfilment.ReservationState.RELEASED
            and not _is_overdue(reservation)
        )
        return self.stock.get(sku, 0) - promised

    def _push_out_overdue(self, units_by_sku: Mapping[str, int]) -> None:
        for reference, reservation in list(self.reservations.items()):
            if _is_overdue(reservation) and reservation.units_by_sku.keys() & units_by_sku.keys():
                self.release_stock(reference=reference)

    def _forget_reservation(self, order: fulfilment.RequestFulfilmentV1) -> None:
        self.reservations.pop(order.reservation_reference or f"order:{order.order_id}", None)


def _is_overdue(reservation: fulfilment.Reservation) -> bool:
    is_held = reservation.state == fulfilment.ReservationState.HELD
    return is_held and reservation.expires_at <= clock.now()
