"""End promotions whose last day has passed, so that lists of staff say so."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from commerce.catalog.promotions.models import Promotion, PromotionStatus


def end_overdue_promotions(*, now: datetime) -> int:
    """Mark them; returns how many. Quotes ask the date itself and do not wait for this."""
    # Many rows at once, so past the transition; it is the same change, under the same condition.
    return Promotion.objects.filter(status=PromotionStatus.ACTIVE, ends_at__lte=now).update(
        status=PromotionStatus.ENDED, version=F("version") + 1
    )
