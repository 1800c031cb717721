"""Coupons, and the uses made of them, as staff send and get them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from commerce.catalog.api.promotion_shapes import units
from commerce.catalog.api.shapes import money
from commerce.catalog.promotions import drafts
from commerce.catalog.promotions.create_coupons import COUNT_MAX
from commerce.catalog.promotions.models import Coupon, Redemption, RedemptionStatus
from commerce.shared.api.serializers import (
    Input,
    MoneyOutput,
    Output,
    PageOutput,
    StrictCharField,
    many,
)

CODES_AT_ONCE_MAX = 10_000


class CouponsInput(Input):
    """Either `codes`, or a `count` of drawn ones."""

    codes = serializers.ListField(
        child=StrictCharField(max_length=64), max_length=CODES_AT_ONCE_MAX, required=False
    )
    count = units(COUNT_MAX)
    prefix = StrictCharField(max_length=40, required=False, help_text="Before each drawn code.")
    limit_total = units(drafts.LIMIT_MAX, help_text="Of each code.")
    limit_per_customer = units(drafts.LIMIT_MAX, help_text="Of each code.")


class DisableCouponsInput(Input):
    """Without `codes`, all of the promotion."""

    codes = serializers.ListField(
        child=StrictCharField(max_length=64), max_length=CODES_AT_ONCE_MAX, required=False
    )


class CouponOutput(Output):
    code = serializers.CharField()
    limit_total = serializers.IntegerField(allow_null=True)
    limit_per_customer = serializers.IntegerField(allow_null=True)
    times_used = serializers.IntegerField(help_text="Held and confirmed.")
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)


def coupon(row: Coupon) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in (
            *("code", "limit_total", "limit_per_customer"),
            *("times_used", "created_at", "disabled_at"),
        )
    }


class CouponPageOutput(PageOutput):
    data = many(CouponOutput)


class CreatedCouponsOutput(Output):
    codes = serializers.ListField(child=serializers.CharField())


class DisabledCouponsOutput(Output):
    disabled = serializers.IntegerField(help_text="How many were not disabled before.")


class RedemptionOutput(Output):
    reference = serializers.CharField(help_text="The checkout's.")
    code = serializers.CharField(allow_null=True)
    amount = MoneyOutput()
    status = serializers.ChoiceField(choices=RedemptionStatus.values)
    held_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Of a hold that nobody comes back for.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


def redemption(row: Redemption) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "code": row.coupon.code if row.coupon else None,
        "amount": money(row.amount),
        "status": row.status,
        "held_at": row.held_at,
        "expires_at": row.expires_at,
        "confirmed_at": row.confirmed_at,
        "released_at": row.released_at,
    }


class RedemptionPageOutput(PageOutput):
    data = many(RedemptionOutput)
