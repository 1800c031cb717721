"""End a promotion: nobody gets it any more; orders keep what they were given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.promotions.models import Promotion, PromotionStatus
from commerce.catalog.promotions.queries import lock_promotion
from commerce.shared.errors import Conflict, Stale


class PromotionIsDraft(Conflict):
    """It has never begun, so there is nothing to end."""

    code = "promotion_is_draft"


def end_promotion(
    *, promotion_id: UUID, expected_version: int | None = None, now: datetime
) -> Promotion:
    """Stop it from now on, for good. Calling it again changes nothing.

    Raises:
        UnknownPromotion: there is none.
        PromotionIsDraft: it has never been active.
        Stale: it has changed since `expected_version`.
    """
    with transaction.atomic(durable=True):
        promotion = lock_promotion(promotion_id)
        if promotion.status == PromotionStatus.ENDED:
            return promotion
        if promotion.status == PromotionStatus.DRAFT:
            raise PromotionIsDraft
        if expected_version is not None and promotion.version != expected_version:
            raise Stale(current_version=promotion.version)
        promotion.end(at=now)
        promotion.version += 1
        promotion.save(update_fields=["status", "ends_at", "version"])
    return promotion
