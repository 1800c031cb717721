"""Reads of orders; each starts from who is asking."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request

from commerce.billing.orders.models import Order, OrderLine
from commerce.shared.api.actors import Actor, actor_of, opens
from commerce.shared.errors import NotFound

# Staff and servers who see every customer's orders; and staff who call them off for customers.
READERS: Final = ("finance", "support", "warehouse")
READ: Final = "orders:read"
CANCELERS: Final = ("support",)


def visible_to(actor: Actor) -> QuerySet[Order]:
    """Readers see every order, customers their own, nobody else any."""
    if actor.may(roles=READERS, scope=READ):
        return Order.objects.all()
    if actor.user_id is None:
        return Order.objects.none()
    return Order.objects.filter(user_id=actor.user_id)


def find_for(
    request: Request,
    order_id: UUID,
    *,
    rows: QuerySet[Order] | None = None,
    roles: Collection[str] = READERS,
    scope: str | None = READ,
) -> Order:
    """Give the order to its customer, to the guest who holds its secret, or to such staff.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look alike.
    """
    order = (Order.objects.all() if rows is None else rows).filter(pk=order_id).first()
    if order is None:
        raise NotFound
    actor = actor_of(request)
    is_own = order.user_id is not None and order.user_id == actor.user_id
    is_served = actor.may(roles=roles, scope=scope)
    if is_own or is_served or opens(request, secret_hash=order.secret_hash):
        return order
    raise NotFound


def with_everything(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Load what an order's page shows, in a fixed number of statements."""
    return orders.prefetch_related(
        Prefetch(
            "lines",
            OrderLine.objects.select_related("subscription")
            .prefetch_related("components")
            .order_by("position"),
        ),
        "shipments",
        "invoices",
        "payments",
    )
