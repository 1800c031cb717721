"""Create coupon codes for a promotion: a few that are named, or a hundred thousand that are drawn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.db.models.functions import Upper

from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.promotions.change_promotion import PromotionIsOver
from commerce.catalog.promotions.drafts import LIMIT_MAX
from commerce.catalog.promotions.models import Coupon, PromotionStatus
from commerce.catalog.promotions.queries import find_promotion
from commerce.shared.db import constraint_name, copy_rows
from commerce.shared.errors import Conflict
from commerce.shared.ids import new_id

CODE: Final = r"[A-Za-z0-9._-]{3,64}"
PREFIX: Final = r"[A-Za-z0-9._-]{0,40}"
# Without what people take for one another on paper: 0 O, 1 I L.
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# 31¹² codes: a million of them are found by trying once in 8 × 10¹¹.
DRAWN_LENGTH: Final = 12
COUNT_MAX: Final = 100_000
DRAWS: Final = 3


class CouponCodeTaken(Conflict):
    """The code brings a promotion already."""

    code = "coupon_code_taken"

    def __init__(self, *, coupon_code: str) -> None:
        super().__init__(f"{coupon_code} is taken")
        self.coupon_code = coupon_code


class PromotionNeedsNoCode(Conflict):
    """Everybody gets it without a code."""

    code = "promotion_needs_no_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCoupons:
    """Codes by name, or so many drawn ones behind a prefix; the limits hold for each code."""

    codes: Sequence[str] = ()
    count: int = 0
    prefix: str = ""
    limit_total: int | None = None
    limit_per_customer: int | None = None


def create_coupons(
    *, promotion_id: UUID, coupons: NewCoupons, reference: UUID | None = None, now: datetime
) -> list[str]:
    """Write the codes with COPY and give them in order. All of them or none.

    Named codes that the promotion has already stay as they are, so naming them may be repeated;
    drawing again draws others, unless it is under the same `reference`.

    Raises:
        UnknownPromotion, PromotionIsOver, PromotionNeedsNoCode: of the promotion.
        InvalidField: a code, a number or a limit is not as it should be.
        CouponCodeTaken: another promotion has the code.
    """
    _refuse(coupons)
    first_id = reference or new_id()
    for draw in range(DRAWS):
        codes = _draw(coupons) if coupons.count else list(coupons.codes)
        try:
            with transaction.atomic(durable=True):
                _write(promotion_id, codes, coupons, first_id, now=now)
        except IntegrityError as violation:
            broken = constraint_name(violation)
            if broken == "catalog_coupon_pkey":
                return _written_before(promotion_id, first_id)
            if broken != "catalog_coupon_code_once" or draw == DRAWS - 1:
                raise
            continue
        return codes
    raise AssertionError("the last draw has raised")


def _write(
    promotion_id: UUID, codes: list[str], coupons: NewCoupons, first_id: UUID, *, now: datetime
) -> None:
    # Not locked: its row is the lock of its uses, and customers would wait for all the codes.
    promotion = find_promotion(promotion_id)
    if promotion.status == PromotionStatus.ENDED:
        raise PromotionIsOver
    if not promotion.needs_code:
        raise PromotionNeedsNoCode
    known = set()
    if not coupons.count:
        taken = Coupon.objects.annotate(key=Upper("code")).filter(
            key__in=[code.upper() for code in codes]
        )
        for coupon in taken:
            if coupon.promotion_id != promotion_id:
                raise CouponCodeTaken(coupon_code=coupon.code)
            known.add(coupon.code.upper())
    # The first of them is named by the reference, so that all are written once under it.
    ids = chain([first_id], iter(new_id, None))
    copy_rows(
        Coupon,
        [
            "id",
            "promotion_id",
            "code",
            "limit_total",
            "limit_per_customer",
            "times_used",
            "created_at",
        ],
        (
            (next(ids), promotion_id, x, coupons.limit_total, coupons.limit_per_customer, 0, now)
            for x in codes
            if x.upper() not in known
        ),
    )


def _written_before(promotion_id: UUID, first_id: UUID) -> list[str]:
    """Give the codes that came of the first call under a reference."""
    first = Coupon.objects.filter(pk=first_id).values("created_at")
    together = Coupon.objects.filter(promotion=promotion_id, created_at=Subquery(first))
    return list(together.order_by("pk").values_list("code", flat=True))


def _draw(coupons: NewCoupons) -> list[str]:
    drawn: dict[str, None] = {}
    while len(drawn) < coupons.count:
        letters = "".join(secrets.choice(LETTERS) for _ in range(DRAWN_LENGTH))
        drawn[coupons.prefix + letters] = None
    return list(drawn)


def _refuse(coupons: NewCoupons) -> None:
    if bool(coupons.codes) == bool(coupons.count):
        raise InvalidField(field="codes", problem="either codes or a count")
    if not 0 <= coupons.count <= COUNT_MAX or len(coupons.codes) > COUNT_MAX:
        raise InvalidField(field="count", problem=f"at most {COUNT_MAX} at once")
    if not re.fullmatch(PREFIX, coupons.prefix):
        raise InvalidField(field="prefix", problem="at most 40 letters, digits, dots, - and _")
    for code in coupons.codes:
        if not re.fullmatch(CODE, code):
            raise InvalidField(field="codes", problem="3 to 64 letters, digits, dots, - and _")
    if len({code.upper() for code in coupons.codes}) < len(coupons.codes):
        raise InvalidField(field="codes", problem="the same code twice")
    for name in ("limit_total", "limit_per_customer"):
        limit = getattr(coupons, name)
        if limit is not None and not 1 <= limit <= LIMIT_MAX:
            raise InvalidField(field=name, problem=f"from 1 to {LIMIT_MAX}")
