"""Change a promotion: a draft in everything, an active one only in how long and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.promotions.drafts import NewPromotion, check_promotion
from commerce.catalog.promotions.known_names import check_names
from commerce.catalog.promotions.models import Promotion, PromotionStatus
from commerce.catalog.promotions.queries import lock_promotion, terms_of
from commerce.catalog.promotions.terms import Lane
from commerce.shared.codec import to_plain
from commerce.shared.db import refusals
from commerce.shared.errors import Conflict, Stale
from commerce.shared.money import Money

# What a customer was promised stays so; another promise is another promotion.
CHANGES_WHILE_ACTIVE: Final = {
    "title",
    "ends_at",
    "limit_total",
    "limit_per_customer",
    "budget",
}


class PromotionIsOver(Conflict):
    """It has ended, for good; make another one."""

    code = "promotion_is_over"


class TermsAreFixed(Conflict):
    """Once active, only title, end, limits and budget change; end it and make another one."""

    code = "promotion_terms_are_fixed"

    def __init__(self, *, fixed: list[str]) -> None:
        super().__init__(f"{', '.join(fixed)} cannot change any more")
        self.fixed = fixed


class UsedMoreOften(Conflict):
    """It has been used more often, or for more, than the new limit allows."""

    code = "promotion_used_more_often"


def change_promotion(
    *,
    promotion_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None,
    now: datetime,
) -> Promotion:
    """Change the named fields of `NewPromotion`, if it is still as the caller read it.

    Asking for what is already so changes nothing, not even the version.

    Raises:
        UnknownPromotion: there is none.
        Stale: it has changed since `expected_version`.
        PromotionIsOver, TermsAreFixed, UsedMoreOften: as they say.
        InvalidField: the change contradicts a rule.
    """
    within_limits = {
        "catalog_promotion_used_within_limit": UsedMoreOften,
        "catalog_promotion_spent_within_budget": UsedMoreOften,
    }
    with refusals(within_limits), transaction.atomic(durable=True):
        promotion = lock_promotion(promotion_id)
        if expected_version is not None and promotion.version != expected_version:
            raise Stale(current_version=promotion.version)
        before = _described(promotion)
        after = replace(before, **changes)
        changed = [
            x.name
            for x in fields(after)
            if to_plain(getattr(after, x.name)) != to_plain(getattr(before, x.name))
        ]
        if not changed:
            return promotion

        _refuse(promotion, changed, after, now=now)
        check_promotion(after)
        if "terms" in changed:
            check_names(after.terms)
        for name in changed:
            _put(promotion, name, getattr(after, name))
        promotion.version += 1
        promotion.save()
    return promotion


def _refuse(
    promotion: Promotion, changed: list[str], after: NewPromotion, *, now: datetime
) -> None:
    if promotion.status == PromotionStatus.DRAFT:
        return
    # The date, and not the sweeper that marks it: customers have not had it since.
    is_past = promotion.ends_at is not None and promotion.ends_at <= now
    if promotion.status == PromotionStatus.ENDED or is_past:
        raise PromotionIsOver
    if fixed := [name for name in changed if name not in CHANGES_WHILE_ACTIVE]:
        raise TermsAreFixed(fixed=fixed)
    if "ends_at" in changed and after.ends_at is not None and after.ends_at <= now:
        raise InvalidField(field="ends_at", problem="the past cannot be changed")


def _described(promotion: Promotion) -> NewPromotion:
    budget = None
    if promotion.budget_minor is not None and promotion.currency is not None:
        budget = Money(promotion.budget_minor, promotion.currency)
    same = {
        x.name: getattr(promotion, x.name)
        for x in fields(NewPromotion)
        if x.name not in ("lane", "terms", "budget")
    }
    return NewPromotion(**same, lane=Lane(promotion.lane), terms=terms_of(promotion), budget=budget)


def _put(promotion: Promotion, name: str, value: Any) -> None:
    if name == "budget":
        promotion.budget_minor = value.minor if value else None
    else:
        setattr(promotion, name, to_plain(value) if name == "terms" else value)
