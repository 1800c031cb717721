"""Create a promotion: a draft, which nobody gets until it is activated."""

from __future__ import annotations

from datetime import datetime

from commerce.catalog.promotions.drafts import NewPromotion, check_promotion
from commerce.catalog.promotions.known_names import check_names
from commerce.catalog.promotions.models import Promotion
from commerce.shared.codec import to_plain


def create_promotion(*, promotion: NewPromotion, now: datetime) -> Promotion:
    """Store a draft. Not repeatable: each call is another promotion.

    Raises:
        InvalidField: a rule is broken, or it names something that does not exist.
    """
    check_promotion(promotion)
    check_names(promotion.terms)
    return Promotion.objects.create(
        title=promotion.title,
        lane=promotion.lane,
        priority=promotion.priority,
        group=promotion.group,
        stops_lane=promotion.stops_lane,
        needs_code=promotion.needs_code,
        currency=promotion.currency,
        terms=to_plain(promotion.terms),
        starts_at=promotion.starts_at,
        ends_at=promotion.ends_at,
        limit_total=promotion.limit_total,
        limit_per_customer=promotion.limit_per_customer,
        budget_minor=promotion.budget.minor if promotion.budget else None,
        created_at=now,
    )
