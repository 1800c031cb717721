"""What is in the bundles of an order, and how units of it add up to units of the bundle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from commerce.billing.orders.models import OrderLine, OrderLineComponent
from commerce.shared.db import requires_transaction

type Counter = Literal["quantity_dispatched", "quantity_canceled", "quantity_returned"]


def components_of(lines: Iterable[OrderLine]) -> dict[UUID, list[OrderLineComponent]]:
    """Load what is in these lines, by line; no statement where none of them is a bundle."""
    bundles = [line.id for line in lines if line.is_bundle]
    parts: dict[UUID, list[OrderLineComponent]] = {}
    if bundles:
        found = OrderLineComponent.objects.filter(order_line__in=bundles)
        for part in found.order_by("order_line", "position"):
            parts.setdefault(part.order_line_id, []).append(part)
    return parts


@requires_transaction
def count_units(
    units: Mapping[str, int],
    *,
    on: Counter,
    lines: Mapping[UUID, OrderLine],
    components: Mapping[UUID, OrderLineComponent],
) -> dict[OrderLine, int]:
    """Add units to lines and parts of a locked order; give how much that is more of each line.

    A bundle has left, or come back, when everything in it has; it is canceled as soon as anything
    in it is.
    """
    before: dict[UUID, int] = {}
    touched: set[UUID] = set()
    for name, more in units.items():
        part = components.get(UUID(name))
        row = part or lines[UUID(name)]
        line = lines[part.order_line_id] if part else lines[UUID(name)]
        before.setdefault(line.id, getattr(line, on))
        setattr(row, on, getattr(row, on) + more)
        if part:
            part.save(update_fields=[on])
            touched.add(line.id)
    for line_id in touched:
        parts = [x for x in components.values() if x.order_line_id == line_id]
        setattr(lines[line_id], on, _bundles(parts, on))
    for line_id in before:
        lines[line_id].save(update_fields=[on])
    return {lines[line_id]: getattr(lines[line_id], on) - was for line_id, was in before.items()}


def _bundles(parts: Iterable[OrderLineComponent], on: Counter) -> int:
    delivered = [part for part in parts if part.requires_shipping]
    if on == "quantity_canceled":
        return max(-(-part.quantity_canceled // part.per_bundle) for part in delivered)
    whole: list[int] = [getattr(part, on) // part.per_bundle for part in delivered]
    return min(whole)
