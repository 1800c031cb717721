"""Reads of the stock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from commerce.fulfilment.interface.dto import StockAvailability
from commerce.fulfilment.inventory.models import StockLevel, StockLocation
from commerce.shared.errors import Conflict, Rejected


class UnknownLocation(Rejected):
    """There is no stock location with this code."""

    code = "unknown_location"

    def __init__(self, *, location: str) -> None:
        super().__init__(f"there is no location {location}")
        self.location = location


class NoLocation(Conflict):
    """Nothing can be packed anywhere: no location has been set up yet."""

    code = "no_location"


def availability_of(*, skus: Sequence[str], now: datetime) -> list[StockAvailability]:
    """Tell what could be promised now, in the order asked; one statement, one snapshot.

    Overdue holds count as available: nobody may be refused for a checkout that ran out of time,
    whether or not the sweeper has been there yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH free AS (
                SELECT sku, on_hand - reserved - allocated AS units
                  FROM fulfilment_stocklevel WHERE sku = ANY(%(skus)s)
                UNION ALL
                SELECT level.sku, line.quantity
                  FROM fulfilment_stockreservation AS reservation
                  JOIN fulfilment_stockreservationline AS line
                    ON line.reservation_id = reservation.id
                  JOIN fulfilment_stocklevel AS level ON level.id = line.level_id
                 WHERE reservation.status = 'held' AND reservation.expires_at <= %(now)s
                   AND level.sku = ANY(%(skus)s)
            )
            SELECT sku, sum(units)::bigint FROM free GROUP BY sku
            """,
            {"skus": list(skus), "now": now},
        )
        units_by_sku = dict(cursor.fetchall())
    return [StockAvailability(sku=sku, available=units_by_sku.get(sku, 0)) for sku in skus]


def location_ids(codes: Collection[str]) -> dict[str, UUID]:
    """Find locations by their codes.

    Raises:
        UnknownLocation: one of them does not exist.
    """
    known = dict(StockLocation.objects.filter(code__in=codes).values_list("code", "id"))
    for code in sorted(codes):
        if code not in known:
            raise UnknownLocation(location=code)
    return known


def first_location() -> UUID:
    """Give the location that ships before all others.

    Raises:
        NoLocation: none has been set up yet; `set_up_locations` does.
    """
    first = StockLocation.objects.order_by("priority", "code").first()
    if first is None:
        raise NoLocation
    return first.id


def stock_levels(*, sku: str | None, location: str | None) -> QuerySet[StockLevel]:
    """Select levels for staff, with their locations."""
    levels = StockLevel.objects.select_related("location")
    if sku is not None:
        levels = levels.filter(sku=sku)
    if location is not None:
        levels = levels.filter(location__code=location)
    return levels
