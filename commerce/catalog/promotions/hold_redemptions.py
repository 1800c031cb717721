"""Hold redemptions: a checkout is about to use promotions, and nobody else may use them up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.interface.dto import UsedPromotion
from commerce.catalog.interface.errors import PromotionExhausted
from commerce.catalog.promotions.lapse_redemptions import lapse_redemptions
from commerce.catalog.promotions.models import Redemption, RedemptionStatus
from commerce.catalog.promotions.uses import (
    Use,
    count_uses,
    give_uses_back,
    lock_promotions,
    with_coupons,
)
from commerce.shared.db import requires_transaction
from commerce.shared.ids import new_id


def hold_redemptions(
    *,
    reference: str,
    customer: str,
    uses: Sequence[UsedPromotion],
    expires_at: datetime,
    now: datetime,
) -> None:
    """Count every use or none, until `expires_at`. Five SQL statements, and two more for coupons.

    Asking again with the same reference holds what is asked for now, once: a use that is the same
    is held on, one that has changed is counted anew.

    Raises:
        PromotionExhausted: a limit is reached, or a budget spent; nothing is held anew.
    """
    # In order: two callers with one reference wait for each other's rows as they are written.
    wanted = sorted(with_coupons(uses), key=lambda use: use.promotion_id)
    try:
        _hold(reference, customer, wanted, expires_at=expires_at, now=now)
    except PromotionExhausted:
        # Holds that nobody came back for may not stop a sale.
        promotion_ids = [use.promotion_id for use in wanted]
        if not lapse_redemptions(now=now, promotion_ids=promotion_ids):
            raise
        _hold(reference, customer, wanted, expires_at=expires_at, now=now)


def _hold(
    reference: str, customer: str, uses: Sequence[Use], *, expires_at: datetime, now: datetime
) -> None:
    with transaction.atomic(durable=True):
        fresh = _insert(reference, customer, uses, expires_at=expires_at, now=now)
        to_count = [use for use in uses if use.promotion_id in fresh]
        if len(fresh) < len(uses):
            to_count += _hold_on(
                reference, customer, uses, fresh=fresh, expires_at=expires_at, now=now
            )
        if to_count:
            count_uses(to_count, customer=customer, but_not=reference)


@requires_transaction
def _insert(
    reference: str, customer: str, uses: Sequence[Use], *, expires_at: datetime, now: datetime
) -> set[UUID]:
    """Write what is new, and say which. Of two callers with one reference the later waits here."""
    columns: list[list[Any]] = [
        [new_id() for _ in uses],
        [use.promotion_id for use in uses],
        [use.coupon_id for use in uses],
        [use.amount.minor for use in uses],
        [use.amount.currency for use in uses],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_redemption (id, promotion_id, coupon_id, amount_minor, currency,
                                            reference, customer, status, held_at, expires_at)
            SELECT new.*, %s, %s, 'held', %s, %s
              FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[]) AS new
                ON CONFLICT (reference, promotion_id) DO NOTHING
            RETURNING promotion_id
            """,
            [reference, customer, now, expires_at, *columns],
        )
        return {promotion_id for (promotion_id,) in cursor.fetchall()}


@requires_transaction
def _hold_on(
    reference: str,
    customer: str,
    uses: Sequence[Use],
    *,
    fresh: set[UUID],
    expires_at: datetime,
    now: datetime,
) -> list[Use]:
    """Keep what is held already, and give the uses that have to be counted anew."""
    known = {
        row.promotion_id: row
        for row in Redemption.objects.select_for_update(no_key=True)
        .filter(reference=reference)
        .exclude(promotion__in=fresh)
        .order_by("id")
    }
    wanted = {use.promotion_id: use for use in uses if use.promotion_id not in fresh}
    anew = [
        use
        for use in wanted.values()
        if not _is_held_as(known[use.promotion_id], use, customer=customer)
    ]
    given_back = [
        row.pk
        for row in (known[use.promotion_id] for use in anew)
        if row.status == RedemptionStatus.HELD
    ]
    if given_back:
        lock_promotions({*fresh, *(use.promotion_id for use in anew)})
        give_uses_back(given_back)
    for use in wanted.values():
        row = known[use.promotion_id]
        if row.status == RedemptionStatus.CONFIRMED:
            continue
        row.renew(until=expires_at, at=now)
        row.amount, row.customer, row.coupon_id = use.amount, customer, use.coupon_id
        row.save()
    return anew


def _is_held_as(row: Redemption, use: Use, *, customer: str) -> bool:
    if row.status == RedemptionStatus.CONFIRMED:
        return True
    return row.status == RedemptionStatus.HELD and use.is_counted_in(row, customer=customer)
