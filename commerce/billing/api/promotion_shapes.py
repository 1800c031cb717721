"""The shapes in which checkouts and orders tell what promotions did, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from commerce.shared import ids
from commerce.shared.api.serializers import MoneyOutput, Output


class UsedPromotionOutput(Output):
    promotion = serializers.CharField(help_text="`promo_…`")
    title = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="The coupon code that brought it.")
    amount = MoneyOutput(help_text="What it takes off, or what its gift is worth.")


class DiscountOutput(UsedPromotionOutput):
    why = serializers.CharField(help_text="How the amount comes about: `15% of 85.00 USD`.")


class RefusedPromotionOutput(Output):
    title = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(
        help_text="Stable: `minimum_not_reached`, `limit_reached`, `outdone_by_another`, …"
    )


def used_promotion(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "promotion": ids.encode("promo", UUID(stored["promotion_id"])),
        "title": stored["title"],
        "code": stored["code"],
        "amount": stored["amount"],
    }


def discount(stored: Mapping[str, Any]) -> dict[str, Any]:
    return used_promotion(stored) | {"why": stored["why"]}


def refused_promotion(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": stored["title"], "code": stored["code"], "reason": stored["reason"]}
