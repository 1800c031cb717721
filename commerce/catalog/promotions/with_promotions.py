"""A quote with its promotions: what they take off stands on each line, with the reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from commerce.catalog.interface.dto import (
    DeliveryPromotion,
    LineDiscount,
    Quote,
    QuotedLine,
    RefusedPromotion,
    UsedPromotion,
)
from commerce.catalog.promotions.candidates import (
    Applied,
    Candidate,
    Circumstances,
    Evaluation,
    Line,
    Reason,
    Refused,
)
from commerce.catalog.promotions.evaluate import evaluate
from commerce.catalog.promotions.queries import Place
from commerce.catalog.promotions.terms import Effect
from commerce.shared.money import Money

# What customers are told of promotions that they have not asked for: only what they can change.
_TOLD_TO_ALL: Final = (Reason.MINIMUM_NOT_REACHED, Reason.OUTDONE, Reason.FIRST_ORDER_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a quote, as far as promotions want to know."""

    customer_group: str = ""
    is_first_order: bool | None = None
    tells_all: bool = False
    """Staff want to know of every promotion that does nothing, customers of few."""


def with_promotions(
    quote: Quote,
    candidates: Sequence[Candidate],
    *,
    places: Mapping[str, Place],
    gifts: Mapping[str, QuotedLine],
    asker: Asker,
) -> Quote:
    """Take off what the promotions take off, and add what they give. `gifts` are single units."""
    evaluation = evaluate(
        [_line(line, places) for line in quote.lines],
        candidates,
        circumstances=Circumstances(
            currency=quote.currency,
            at=quote.quoted_at,
            market=quote.market,
            customer_group=asker.customer_group,
            is_first_order=asker.is_first_order,
        ),
        gift_price_by_sku={sku: gift.unit_price for sku, gift in gifts.items()},
    )
    discounts = _discounts_by_line(evaluation)
    lines = [_discounted(line, discounts.get(i, [])) for i, line in enumerate(quote.lines)]
    lines += [
        _gift(x, gifts) for x in evaluation.applied if x.candidate.terms.effect == Effect.GIFT
    ]
    return replace(
        quote,
        lines=lines,
        total=Money.sum((line.total for line in lines), currency=quote.currency),
        promotions=[_used(x) for x in evaluation.applied],
        delivery_promotions=[_delivery(x) for x in evaluation.delivery],
        refused_promotions=[
            _refused(x)
            for x in evaluation.refused
            if asker.tells_all or x.candidate.code or x.reason in _TOLD_TO_ALL
        ],
    )


def _line(line: QuotedLine, places: Mapping[str, Place]) -> Line:
    place = places.get(line.sku or "")
    # A gift card is money, and the first period of a trial is free already.
    is_trial = line.plan is not None and line.plan.trial_days > 0
    return Line(
        quantity=line.quantity,
        total=line.total,
        sku=line.sku,
        plan=line.plan.code if line.plan else None,
        product_id=place.product_id if place else None,
        categories=place.categories if place else frozenset(),
        collections=place.collections if place else frozenset(),
        is_promotable=not (line.is_gift_card or is_trial),
    )


def _discounts_by_line(evaluation: Evaluation) -> dict[int, list[LineDiscount]]:
    found: dict[int, list[LineDiscount]] = {}
    for applied in evaluation.applied:
        base_by_position = {line.position: line.amount for line in applied.lines}
        for part in applied.parts:
            found.setdefault(part.position, []).append(
                LineDiscount(
                    promotion_id=applied.candidate.promotion_id,
                    title=applied.candidate.title,
                    amount=part.amount,
                    code=applied.candidate.code,
                    base=base_by_position[part.position],
                    why=part.why,
                )
            )
    return found


def _discounted(line: QuotedLine, discounts: Sequence[LineDiscount]) -> QuotedLine:
    if not discounts:
        return line
    off = Money.sum((x.amount for x in discounts), currency=line.total.currency)
    return replace(
        line,
        discount=line.discount + off,
        total=line.total - off,
        discounts=[*line.discounts, *discounts],
    )


def _gift(applied: Applied, gifts: Mapping[str, QuotedLine]) -> QuotedLine:
    candidate = applied.candidate
    unit = gifts[candidate.terms.gift_sku or ""]
    return replace(
        unit,
        quantity=candidate.terms.quantity,
        discount=applied.worth,
        total=Money.zero(applied.worth.currency),
        discounts=[
            LineDiscount(
                promotion_id=candidate.promotion_id,
                title=candidate.title,
                amount=applied.worth,
                code=candidate.code,
                base=applied.worth,
                why="a gift",
            )
        ],
        is_gift=True,
    )


def _used(applied: Applied) -> UsedPromotion:
    candidate = applied.candidate
    return UsedPromotion(
        promotion_id=candidate.promotion_id,
        title=candidate.title,
        amount=applied.worth,
        code=candidate.code,
    )


def _delivery(candidate: Candidate) -> DeliveryPromotion:
    terms = candidate.terms
    is_fixed = terms.effect == Effect.FIXED
    is_free = terms.effect == Effect.FREE_DELIVERY
    return DeliveryPromotion(
        promotion_id=candidate.promotion_id,
        title=candidate.title,
        code=candidate.code,
        percent=Decimal(100) if is_free else terms.percent,
        amount=terms.amount if is_fixed else None,
        price=terms.amount if terms.effect == Effect.PRICE else None,
        cap=terms.cap,
        budget_left=candidate.budget_left,
        group=candidate.group,
        stops_lane=candidate.stops_lane,
    )


def _refused(refused: Refused) -> RefusedPromotion:
    return RefusedPromotion(
        title=refused.candidate.title, reason=refused.reason, code=refused.candidate.code
    )
