"""Check an entitlement: whether a holder may use a feature at a moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from commerce.fulfilment.entitlements.queries import valid_entitlements
from commerce.fulfilment.interface import dto


def check_entitlement(*, holder_id: UUID, feature: str, at: datetime) -> dto.Entitlement | None:
    """Give the right that lasts longest, or None; one statement."""
    row = (
        valid_entitlements(holder_id=holder_id, at=at)
        .filter(feature=feature)
        .order_by(F("valid_until").desc(nulls_first=True), "id")
        .first()
    )
    if row is None or row.valid_from is None:
        return None
    return dto.Entitlement(
        holder_id=holder_id,
        feature=row.feature,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
