"""Who may see what of fulfilment: customers and guests their own, staff of the warehouse all."""

from __future__ import annotations

from datetime import datetime

from rest_framework.request import Request

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.identity.interface import services as identity
from commerce.shared.api.actors import actor_of, opens

READERS = ("warehouse", "support")
WAREHOUSE = ("warehouse",)


def is_reader(request: Request) -> bool:
    """Tell whether the caller is staff who may see everybody's shipments and returns."""
    actor = actor_of(request)
    return actor.is_staff and bool(actor.roles & {"admin", *READERS})


def may_see(request: Request, order: FulfilmentOrder) -> bool:
    """Tell whether an order is the caller's own, or the caller is staff who see all."""
    user_id = actor_of(request).user_id
    is_own = user_id is not None and order.user_id == user_id
    return is_own or is_reader(request) or opens(request, secret_hash=order.secret_hash)


def record(
    request: Request, action: str, subject: str, *, now: datetime, **details: object
) -> None:
    """Write into the audit trail what a member of staff has done: ids and numbers only."""
    identity.record_act(
        actor=actor_of(request),
        action=f"fulfilment.{action}",
        subject=subject,
        details=details,
        now=now,
    )
