"""Disable coupon codes: they bring nothing any more; orders keep what they were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Upper

from commerce.catalog.promotions.models import Coupon, Promotion
from commerce.catalog.promotions.queries import UnknownPromotion


def disable_coupons(
    *, promotion_id: UUID, codes: Sequence[str] | None = None, now: datetime
) -> int:
    """Disable some codes of a promotion, or all; returns how many were not disabled before.

    Codes it does not have are let pass: they bring nothing of it anyway.

    Raises:
        UnknownPromotion: there is none.
    """
    if not Promotion.objects.filter(pk=promotion_id).exists():
        raise UnknownPromotion
    coupons = Coupon.objects.filter(promotion=promotion_id, disabled_at__isnull=True)
    if codes is not None:
        wanted = [code.upper() for code in codes if code.isascii()]
        coupons = coupons.annotate(key=Upper("code")).filter(key__in=wanted)
    return coupons.update(disabled_at=now)
