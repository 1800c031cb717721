"""Confirm redemptions: what was held has been paid, and is used for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.interface.dto import UsedPromotion
from commerce.catalog.promotions.models import Redemption, RedemptionStatus
from commerce.catalog.promotions.uses import (
    Use,
    count_uses,
    give_uses_back,
    lock_promotions,
    with_coupons,
)


def confirm_redemptions(
    *,
    reference: str,
    promotion_ids: Collection[UUID],
    uses: Sequence[UsedPromotion] = (),
    confirmed_at: datetime,
) -> None:
    """Confirm these of a reference, and give back whatever else it still holds. Repeatable.

    A hold that had lapsed is counted again, and one of another amount or code than in `uses`, if
    they are told, is counted as the order has it: an older version of the checkout, completed at
    the same moment, may have held last. What was released stays so: the news came late.

    Raises:
        PromotionExhausted: it had lapsed, and others have used it up since. The message is parked
            then, because a person has to decide who was promised too much.
    """
    agreed = {use.promotion_id: use for use in with_coupons(uses)}
    with transaction.atomic(durable=True):
        rows = list(
            Redemption.objects.select_for_update(of=("self",), no_key=True)
            .select_related("promotion", "coupon")
            .filter(reference=reference)
            .order_by("id")
        )
        paid = {
            row: agreed.get(row.promotion_id) or _use(row)
            for row in rows
            if row.promotion_id in promotion_ids
            and row.status in (RedemptionStatus.HELD, RedemptionStatus.LAPSED)
        }
        anew = [row for row, use in paid.items() if not _is_counted(row, use)]
        surplus = [
            row
            for row in rows
            if row.promotion_id not in promotion_ids and row.status == RedemptionStatus.HELD
        ]
        if anew or surplus:
            lock_promotions({row.promotion_id for row in (*anew, *surplus)})
        held = [row.pk for row in (*anew, *surplus) if row.status == RedemptionStatus.HELD]
        give_uses_back(held)
        for row in anew:
            count_uses([paid[row]], customer=row.customer, but_not=reference)
        for row, use in paid.items():
            row.amount, row.coupon_id = use.amount, use.coupon_id
            row.confirm(at=confirmed_at)
            row.save()
        for row in surplus:
            row.release(at=confirmed_at)
            row.save(update_fields=["status", "released_at"])


def _is_counted(row: Redemption, use: Use) -> bool:
    return row.status == RedemptionStatus.HELD and use.is_counted_in(row, customer=row.customer)


def _use(row: Redemption) -> Use:
    return Use(
        promotion_id=row.promotion_id,
        title=row.promotion.title,
        amount=row.amount,
        code=row.coupon.code if row.coupon else None,
        coupon_id=row.coupon_id,
    )
