"""Access that digital goods give: granted with the money, and taken away when it goes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from commerce.billing.orders.models import Order, OrderLine
from commerce.fulfilment.interface.services import GrantEntitlementV1, RevokeEntitlementV1

# Whoever buys more than a century has it for good: calendars end, and a sum of days must not
# stand in the way of a payment.
FOR_GOOD_FROM_DAYS: Final = 36_500


def grants_of(
    order: Order, lines: Iterable[OrderLine], *, at: datetime
) -> list[GrantEntitlementV1]:
    """Let whoever has bought it in, from the payment on: once for each line and feature.

    Two units last twice as long as one. The first period of a trial gives nothing yet.
    """
    return [
        GrantEntitlementV1(
            reference=_reference(line, feature),
            holder_id=_holder_of(order),
            feature=feature,
            valid_from=at,
            valid_until=None if days is None else at + timedelta(days=days),
        )
        for line in lines
        if not _is_trial(line)
        for feature, days in days_by_feature(line).items()
    ]


def revocations_of(lines: Iterable[OrderLine], *, at: datetime) -> list[RevokeEntitlementV1]:
    """End what these lines have given."""
    return [
        RevokeEntitlementV1(reference=_reference(line, feature), revoked_at=at)
        for line in lines
        for feature in days_by_feature(line)
    ]


def days_by_feature(line: OrderLine) -> dict[str, int | None]:
    """Add up what a line gives; None is for good."""
    given: dict[str, int | None] = {}
    for grant in line.grants:
        feature, days = grant["feature"], grant["days"]
        known = given.get(feature, 0)
        given[feature] = None if days is None or known is None else known + days * line.quantity
    return {
        feature: None if days is None or days >= FOR_GOOD_FROM_DAYS else days
        for feature, days in given.items()
    }


def _is_trial(line: OrderLine) -> bool:
    return bool(line.plan_terms and line.plan_terms.get("trial_days"))


def _reference(line: OrderLine, feature: str) -> str:
    return f"{line.id}:{feature}"


def _holder_of(order: Order) -> UUID:
    holder_id: UUID | None = order.user_id
    if holder_id is None:
        raise ValueError(f"order {order.number} gives access, and nobody to hold it")
    return holder_id
