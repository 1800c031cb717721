"""What promotions take off a delivery, once its price is known: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from commerce.catalog.interface.dto import (
    DeliveryPromotion,
    DiscountedDelivery,
    LineDiscount,
)
from commerce.catalog.promotions.effects import written
from commerce.shared.money import Money


def discounted_delivery(
    price: Money, promotions: Sequence[DeliveryPromotion]
) -> DiscountedDelivery:
    """Take off one after the other, in the order given; a group lets its best one through."""
    left, discounts = price, []
    for rivals in _rivals(promotions):
        offers = [(promotion, *_taken_off(promotion, left)) for promotion in rivals]
        best, amount, why = max(offers, key=lambda offer: offer[1].minor)
        if not amount:
            continue
        discounts.append(
            LineDiscount(
                promotion_id=best.promotion_id,
                title=best.title,
                amount=amount,
                code=best.code,
                base=left,
                why=why,
            )
        )
        left -= amount
        if best.stops_lane:
            break
    return DiscountedDelivery(price=price, total=left, discounts=discounts)


def _rivals(promotions: Sequence[DeliveryPromotion]) -> Iterator[list[DeliveryPromotion]]:
    seen: set[str] = set()
    for promotion in promotions:
        if promotion.group in seen:
            continue
        if not promotion.group:
            yield [promotion]
            continue
        seen.add(promotion.group)
        yield [x for x in promotions if x.group == promotion.group]


def _taken_off(promotion: DeliveryPromotion, left: Money) -> tuple[Money, str]:
    """Give what it takes off, never more than there is, and why."""
    nothing = Money.zero(left.currency)
    if promotion.percent is not None:
        off = left.times(Fraction(promotion.percent) / 100)
        why = f"{written(promotion.percent)}% of {left}"
    elif promotion.amount is not None:
        off, why = min(promotion.amount, left), f"{promotion.amount} off"
    elif promotion.price is not None:
        off, why = max(left - promotion.price, nothing), f"{promotion.price} instead of {left}"
    else:
        raise ValueError(f"{promotion.title} takes nothing off")
    if promotion.cap is not None and promotion.cap < off:
        off, why = promotion.cap, f"at most {promotion.cap}"
    if promotion.budget_left is not None and promotion.budget_left < off:
        return nothing, ""
    return off, why
