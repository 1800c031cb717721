"""Create a promotion: a draft, which nobody gets until it is activated."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commerce.catalog.promotions.drafts import NewPromotion, check_promotion
from commerce.catalog.promotions.known_names import check_names
from commerce.catalog.promotions.models import Promotion
from commerce.shared.codec import to_plain
from commerce.shared.ids import new_id


def create_promotion(
    *, promotion: NewPromotion, promotion_id: UUID | None = None, now: datetime
) -> Promotion:
    """Store a draft: another one with each call, unless it is under the same id.

    Raises:
        InvalidField: a rule is broken, or it names something that does not exist.
    """
    check_promotion(promotion)
    check_names(promotion.terms)
    row, _ = Promotion.objects.get_or_create(
        pk=promotion_id or new_id(),
        defaults={
            "title": promotion.title,
            "lane": promotion.lane,
            "priority": promotion.priority,
            "group": promotion.group,
            "stops_lane": promotion.stops_lane,
            "needs_code": promotion.needs_code,
            "currency": promotion.currency,
            "terms": to_plain(promotion.terms),
            "starts_at": promotion.starts_at,
            "ends_at": promotion.ends_at,
            "limit_total": promotion.limit_total,
            "limit_per_customer": promotion.limit_per_customer,
            "budget_minor": promotion.budget.minor if promotion.budget else None,
            "created_at": now,
        },
    )
    return row
