"""Steps of a transaction that count uses of promotions up and down, exactly, whoever else does.

Rows are locked in one order, redemptions by id, then promotions by id, then coupons by id, so that
two callers never wait for each other in a circle. Whoever counts in several steps locks all
promotions before the first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models.functions import Upper

from commerce.catalog.interface.dto import UsedPromotion
from commerce.catalog.interface.errors import PromotionExhausted
from commerce.catalog.promotions.candidates import Reason
from commerce.catalog.promotions.models import Coupon, Promotion, Redemption, RedemptionStatus
from commerce.shared.db import requires_transaction
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use that is to be counted: of a promotion, and of the coupon that brought it."""

    promotion_id: UUID
    title: str
    amount: Money
    code: str | None = None
    coupon_id: UUID | None = None

    def is_counted_in(self, row: Redemption, *, customer: str) -> bool:
        """Tell whether a row that is held counts exactly this."""
        return (row.amount, row.coupon_id, row.customer) == (self.amount, self.coupon_id, customer)


def with_coupons(uses: Collection[UsedPromotion]) -> list[Use]:
    """Find the coupons of their codes. One statement, or none."""
    codes = {use.code.upper() for use in uses if use.code}
    coupon_id_by_code = (
        dict(
            Coupon.objects.annotate(key=Upper("code"))
            .filter(key__in=codes)
            .order_by()
            .values_list("key", "pk")
        )
        if codes
        else {}
    )
    return [
        Use(
            promotion_id=use.promotion_id,
            title=use.title,
            amount=use.amount,
            code=use.code,
            coupon_id=coupon_id_by_code[use.code.upper()] if use.code else None,
        )
        for use in uses
    ]


@requires_transaction
def lock_promotions(promotion_ids: Collection[UUID]) -> None:
    """Lock all that several steps will count, in order."""
    rows = Promotion.objects.filter(pk__in=promotion_ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


# Who has a promotion for first orders already has had a first order, or is just placing it.
_COUNT_PROMOTIONS = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%s::uuid[], %s::bigint[]) AS wanted (id, amount_minor)),
locked AS MATERIALIZED (
    SELECT id FROM catalog_promotion WHERE id IN (SELECT id FROM wanted)
     ORDER BY id FOR NO KEY UPDATE)
UPDATE catalog_promotion promotion
   SET times_used = times_used + 1,
       spent_minor = spent_minor + CASE WHEN currency IS NULL THEN 0 ELSE wanted.amount_minor END
  FROM wanted JOIN locked USING (id)
 WHERE promotion.id = wanted.id AND status = 'active'
   AND (limit_total IS NULL OR times_used < limit_total)
   AND (budget_minor IS NULL OR spent_minor + wanted.amount_minor <= budget_minor)
RETURNING promotion.id,
          least(limit_per_customer, CASE WHEN (terms ->> 'first_order_only')::boolean THEN 1 END)
"""

_COUNT_COUPONS = """
WITH locked AS MATERIALIZED (
    SELECT id FROM catalog_coupon WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE catalog_coupon coupon SET times_used = times_used + 1
  FROM locked
 WHERE coupon.id = locked.id AND disabled_at IS NULL
   AND (limit_total IS NULL OR times_used < limit_total)
RETURNING coupon.id, limit_per_customer
"""


@requires_transaction
def count_uses(uses: Sequence[Use], *, customer: str, but_not: str) -> None:
    """Count every use, or refuse; two statements, and one more for limits per customer.

    Once a promotion's row is ours, all who used it before have committed: what is then counted of
    a customer is all there is. `but_not` is the reference whose own rows do not count.

    Raises:
        PromotionExhausted: a limit is reached, or the budget spent; nothing may be committed.
    """
    limit_by_promotion = _counted(
        _COUNT_PROMOTIONS,
        [use.promotion_id for use in uses],
        [use.amount.minor for use in uses],
    )
    _refuse_missing(uses, limit_by_promotion, key="promotion_id")
    with_coupon = [use for use in uses if use.coupon_id is not None]
    limit_by_coupon: Mapping[UUID, int | None] = {}
    if with_coupon:
        limit_by_coupon = _counted(_COUNT_COUPONS, [use.coupon_id for use in with_coupon])
        _refuse_missing(with_coupon, limit_by_coupon, key="coupon_id")

    if any(
        limit is not None for limit in (*limit_by_promotion.values(), *limit_by_coupon.values())
    ):
        used: dict[UUID, int] = {}
        rows = Redemption.objects.filter(
            promotion__in=limit_by_promotion,
            customer=customer,
            status__in=[RedemptionStatus.HELD, RedemptionStatus.CONFIRMED],
        ).exclude(reference=but_not)
        for ids in rows.order_by().values_list("promotion_id", "coupon_id"):
            for each in filter(None, ids):
                used[each] = used.get(each, 0) + 1
        for use in uses:
            for key, limits in (
                (use.promotion_id, limit_by_promotion),
                (use.coupon_id, limit_by_coupon),
            ):
                limit = limits.get(key) if key else None
                if key is not None and limit is not None and used.get(key, 0) >= limit:
                    raise _exhausted(use, Reason.CUSTOMER_LIMIT_REACHED)


def _counted(sql: str, *columns: Sequence[object]) -> dict[UUID, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in columns])
        return dict(cursor.fetchall())


def _refuse_missing(uses: Sequence[Use], counted: Collection[UUID], *, key: str) -> None:
    for use in uses:
        if getattr(use, key) not in counted:
            raise _exhausted(use, Reason.LIMIT_REACHED)


def _exhausted(use: Use, reason: Reason) -> PromotionExhausted:
    return PromotionExhausted(title=use.title, promotion_code=use.code, reason=reason.value)


_GIVE_BACK_PROMOTIONS = """
WITH freed AS MATERIALIZED (
    SELECT promotion_id AS id, count(*) AS uses, sum(amount_minor) AS amount_minor
      FROM catalog_redemption WHERE id = ANY(%s) GROUP BY promotion_id),
locked AS MATERIALIZED (
    SELECT id FROM catalog_promotion WHERE id IN (SELECT id FROM freed)
     ORDER BY id FOR NO KEY UPDATE)
UPDATE catalog_promotion promotion
   SET times_used = times_used - freed.uses,
       spent_minor = spent_minor - CASE WHEN currency IS NULL THEN 0 ELSE freed.amount_minor END
  FROM freed JOIN locked USING (id)
 WHERE promotion.id = freed.id
"""

_GIVE_BACK_COUPONS = """
WITH freed AS MATERIALIZED (
    SELECT coupon_id AS id, count(*) AS uses FROM catalog_redemption
     WHERE id = ANY(%s) AND coupon_id IS NOT NULL GROUP BY coupon_id),
locked AS MATERIALIZED (
    SELECT id FROM catalog_coupon WHERE id IN (SELECT id FROM freed) ORDER BY id FOR NO KEY UPDATE)
UPDATE catalog_coupon coupon SET times_used = times_used - freed.uses
  FROM freed JOIN locked USING (id)
 WHERE coupon.id = freed.id
"""


@requires_transaction
def give_uses_back(redemption_ids: Collection[UUID]) -> None:
    """Count down what locked redemptions had counted up. Two statements for any number."""
    if not redemption_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK_PROMOTIONS, [list(redemption_ids)])
        cursor.execute(_GIVE_BACK_COUPONS, [list(redemption_ids)])
