"""Activate a promotion: from its first day on, customers get it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.promotions.change_promotion import PromotionIsOver
from commerce.catalog.promotions.models import Promotion, PromotionStatus
from commerce.catalog.promotions.queries import lock_promotion
from commerce.shared.errors import Stale


def activate_promotion(
    *, promotion_id: UUID, expected_version: int | None = None, now: datetime
) -> Promotion:
    """Let it count from now, or from the day it was given. Calling it again changes nothing.

    Raises:
        UnknownPromotion: there is none.
        Stale: it has changed since `expected_version`.
        PromotionIsOver: it has ended.
        InvalidField: its last day has passed.
    """
    with transaction.atomic(durable=True):
        promotion = lock_promotion(promotion_id)
        if promotion.status == PromotionStatus.ACTIVE:
            return promotion
        if promotion.status == PromotionStatus.ENDED:
            raise PromotionIsOver
        if expected_version is not None and promotion.version != expected_version:
            raise Stale(current_version=promotion.version)
        if promotion.ends_at is not None and promotion.ends_at <= now:
            raise InvalidField(field="ends_at", problem="has passed already")
        promotion.activate(at=now)
        promotion.version += 1
        promotion.save(update_fields=["status", "starts_at", "version"])
    return promotion
