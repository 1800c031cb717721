"""Reads of promotions: what might apply to a quote, in one statement, and what lines belong to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from commerce.catalog.interface.errors import UnknownPromotionCode
from commerce.catalog.promotions.candidates import Candidate, Reason
from commerce.catalog.promotions.models import Promotion
from commerce.catalog.promotions.terms import Lane, Selection, Terms
from commerce.shared.codec import from_plain
from commerce.shared.db import requires_transaction
from commerce.shared.errors import NotFound
from commerce.shared.money import Money


class UnknownPromotion(NotFound):
    """There is no such promotion."""

    code = "unknown_promotion"


def find_promotion(promotion_id: UUID) -> Promotion:
    """Raises `UnknownPromotion`."""
    found = Promotion.objects.filter(pk=promotion_id).first()
    if found is None:
        raise UnknownPromotion
    return found


@requires_transaction
def lock_promotion(promotion_id: UUID) -> Promotion:
    """Raises `UnknownPromotion`."""
    found = Promotion.objects.select_for_update(no_key=True).filter(pk=promotion_id).first()
    if found is None:
        raise UnknownPromotion
    return found


def terms_of(promotion: Promotion) -> Terms:
    return from_plain(Terms, promotion.terms)


# Dates and not states are asked, so that a quote for yesterday stays what it was; limits are those
# of now. What the asker holds itself does not stand in its own way.
_CANDIDATES: Final = """
WITH candidate AS (
    SELECT id AS promotion_id, NULL::uuid AS coupon_id
      FROM catalog_promotion
     WHERE NOT needs_code AND status <> 'draft'
       AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
     UNION ALL
    SELECT promotion_id, id FROM catalog_coupon WHERE upper(code) = ANY(%(codes)s))
SELECT promotion.id, promotion.title, promotion.lane, promotion.priority, promotion."group",
       promotion.stops_lane, promotion.currency, promotion.terms,
       promotion.starts_at, promotion.ends_at,
       promotion.limit_total, promotion.times_used - coalesce(own.uses, 0),
       promotion.budget_minor - promotion.spent_minor + coalesce(own.amount_minor, 0),
       promotion.limit_per_customer,
       CASE WHEN promotion.limit_per_customer IS NOT NULL
              OR (promotion.terms ->> 'first_order_only')::boolean THEN
           (SELECT count(*) FROM catalog_redemption used
             WHERE used.promotion_id = promotion.id AND used.customer = %(customer)s
               AND used.status IN ('held', 'confirmed') AND used.reference <> %(reference)s) END,
       coupon.code, coupon.disabled_at, coupon.limit_total,
       coupon.times_used - CASE WHEN own.coupon_id = coupon.id THEN 1 ELSE 0 END,
       coupon.limit_per_customer,
       CASE WHEN coupon.limit_per_customer IS NOT NULL THEN
           (SELECT count(*) FROM catalog_redemption used
             WHERE used.promotion_id = promotion.id AND used.customer = %(customer)s
               AND used.status IN ('held', 'confirmed') AND used.reference <> %(reference)s
               AND used.coupon_id = coupon.id) END
  FROM candidate
  JOIN catalog_promotion promotion ON promotion.id = candidate.promotion_id
  LEFT JOIN catalog_coupon coupon ON coupon.id = candidate.coupon_id
  LEFT JOIN LATERAL (
       SELECT 1 AS uses, amount_minor, coupon_id FROM catalog_redemption
        WHERE reference = %(reference)s AND promotion_id = promotion.id AND status = 'held') own
    ON TRUE
 WHERE promotion.status <> 'draft'
"""


def load_candidates(
    *, codes: Sequence[str], customer: str | None, reference: str | None, at: datetime
) -> list[Candidate]:
    """Find the promotions that need no code, and those of the codes. One statement.

    Raises:
        UnknownPromotionCode: a code brings nothing, and never did.
    """
    wanted = {code.upper(): code for code in codes if code.isascii()}
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "at": at,
                "codes": list(wanted),
                "customer": customer or "",
                "reference": reference or "",
            },
        )
        rows = [_Row(*row) for row in cursor.fetchall()]
    known = {row.code.upper() for row in rows if row.code}
    for code in codes:
        if code.upper() not in known:
            raise UnknownPromotionCode(promotion_code=code)
    return [_candidate(row, at=at) for row in rows]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the statement, in its order."""

    promotion_id: UUID
    title: str
    lane: str
    priority: int
    group: str
    stops_lane: bool
    currency: str | None
    terms: Any
    starts_at: datetime
    ends_at: datetime | None
    limit_total: int | None
    times_used: int
    budget_left: int | None
    limit_per_customer: int | None
    used_by_customer: int | None
    code: str | None
    disabled_at: datetime | None
    coupon_limit_total: int | None
    coupon_times_used: int | None
    coupon_limit_per_customer: int | None
    coupon_used_by_customer: int | None


def _candidate(row: _Row, *, at: datetime) -> Candidate:
    budget = None
    if row.budget_left is not None and row.currency is not None:
        budget = Money(row.budget_left, row.currency)
    terms = orjson.loads(row.terms) if isinstance(row.terms, str | bytes) else row.terms
    read = from_plain(Terms, terms)
    return Candidate(
        promotion_id=row.promotion_id,
        title=row.title,
        lane=Lane(row.lane),
        terms=read,
        priority=row.priority,
        group=row.group,
        stops_lane=row.stops_lane,
        currency=row.currency,
        code=row.code,
        budget_left=budget,
        refusal=_refusal(row, read, at=at),
    )


def _refusal(row: _Row, terms: Terms, *, at: datetime) -> Reason | None:
    if row.starts_at > at:
        return Reason.NOT_YET
    if row.ends_at is not None and row.ends_at <= at:
        return Reason.ENDED
    if row.disabled_at is not None and row.disabled_at <= at:
        return Reason.DISABLED
    if _is_reached(row.limit_total, row.times_used):
        return Reason.LIMIT_REACHED
    if _is_reached(row.coupon_limit_total, row.coupon_times_used):
        return Reason.LIMIT_REACHED
    if _is_reached(row.limit_per_customer, row.used_by_customer):
        return Reason.CUSTOMER_LIMIT_REACHED
    if _is_reached(row.coupon_limit_per_customer, row.coupon_used_by_customer):
        return Reason.CUSTOMER_LIMIT_REACHED
    if terms.first_order_only and row.used_by_customer:
        # In another checkout, which is or becomes the first order.
        return Reason.NOT_FIRST_ORDER
    return None


def _is_reached(limit: int | None, used: int | None) -> bool:
    return limit is not None and (used or 0) >= limit


# What a variant belongs to, where a promotion asks for it.

_PLACES: Final = """
SELECT variant.sku, variant.product_id,
       ARRAY(SELECT DISTINCT unnest(string_to_array(category.path, '/'))
               FROM catalog_productcategory place
               JOIN catalog_category category ON category.id = place.category_id
              WHERE place.product_id = variant.product_id),
       ARRAY(SELECT collection.slug
               FROM catalog_collectionmember member
               JOIN catalog_collection collection ON collection.id = member.collection_id
              WHERE member.product_id = variant.product_id)
  FROM catalog_variant variant
 WHERE variant.sku = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the catalog keeps a variant."""

    product_id: UUID
    categories: frozenset[str]
    collections: frozenset[str] = frozenset()


def load_places(skus: Collection[str], candidates: Sequence[Candidate]) -> Mapping[str, Place]:
    """Find where the SKUs stand, if any promotion selects by that. One statement."""
    if not skus or not any(_asks_for_places(candidate.terms) for candidate in candidates):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(skus)])
        return {
            sku: Place(
                product_id=product_id,
                categories=frozenset(categories),
                collections=frozenset(collections),
            )
            for sku, product_id, categories, collections in cursor.fetchall()
        }


def _asks_for_places(terms: Terms) -> bool:
    return any(_is_by_place(by) for by in (terms.targets, terms.excluded, terms.buys))


def _is_by_place(by: Selection) -> bool:
    return bool(by.products or by.categories or by.collections)
