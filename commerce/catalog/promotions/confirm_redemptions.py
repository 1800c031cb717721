"""Confirm redemptions: what was held has been paid, and is used for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.promotions.models import Redemption, RedemptionStatus
from commerce.catalog.promotions.uses import Use, count_uses, give_uses_back


def confirm_redemptions(
    *, reference: str, promotion_ids: Collection[UUID], confirmed_at: datetime
) -> None:
    """Confirm these of a reference, and give back whatever else it still holds. Repeatable.

    A hold that had lapsed is counted again. What was released stays so: the news came late.

    Raises:
        PromotionExhausted: it had lapsed, and others have used it up since. The message is parked
            then, because a person has to decide who was promised too much.
    """
    with transaction.atomic(durable=True):
        rows = list(
            Redemption.objects.select_for_update(of=("self",), no_key=True)
            .select_related("promotion", "coupon")
            .filter(reference=reference)
            .order_by("promotion")
        )
        confirmed = [
            row
            for row in rows
            if row.promotion_id in promotion_ids
            and row.status in (RedemptionStatus.HELD, RedemptionStatus.LAPSED)
        ]
        for row in confirmed:
            if row.status == RedemptionStatus.LAPSED:
                count_uses([_use(row)], customer=row.customer, but_not=reference)
            row.confirm(at=confirmed_at)
            row.save(update_fields=["status", "confirmed_at", "released_at"])

        surplus = [
            row
            for row in rows
            if row.promotion_id not in promotion_ids and row.status == RedemptionStatus.HELD
        ]
        give_uses_back([row.pk for row in surplus])
        for row in surplus:
            row.release(at=confirmed_at)
            row.save(update_fields=["status", "released_at"])


def _use(row: Redemption) -> Use:
    return Use(
        promotion_id=row.promotion_id,
        title=row.promotion.title,
        amount=row.amount,
        code=row.coupon.code if row.coupon else None,
        coupon_id=row.coupon_id,
    )
