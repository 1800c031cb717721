"""Evaluate promotions: what each takes off which line, what is given, and why others do nothing.

Pure: the same lines, promotions and circumstances give the same answer. The lanes run one after
the other, each on what the last one left. In a lane the higher priority comes first, then the older
promotion; they add up, unless one stops the lane or a group lets only its best one through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from commerce.catalog.promotions.candidates import (
    Applied,
    Candidate,
    Circumstances,
    Evaluation,
    Line,
    Reason,
    Refused,
)
from commerce.catalog.promotions.effects import Left, Part, taken_off
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared.money import Money


def evaluate(
    lines: Sequence[Line],
    candidates: Sequence[Candidate],
    *,
    circumstances: Circumstances,
    gift_price_by_sku: Mapping[str, Money],
) -> Evaluation:
    """Work out every promotion. A part is never more than what its line still costs."""
    candidates, refused = _once_each(candidates)
    left = [line.total for line in lines]
    applied: list[Applied] = []
    for lane in (Lane.ITEM, Lane.ORDER):
        stopped = False
        for rivals in _rivals(_in_sequence(candidates), lane):
            if stopped:
                refused += [Refused(candidate=x, reason=Reason.STOPPED) for x in rivals]
                continue
            found = [_apply(x, lines, left, circumstances, gift_price_by_sku) for x in rivals]
            possible = [x for x in found if isinstance(x, Applied)]
            best = max(possible, key=lambda x: x.worth.minor, default=None)
            refused += [x for x in found if isinstance(x, Refused)]
            refused += [
                Refused(candidate=x.candidate, reason=Reason.OUTDONE)
                for x in possible
                if x is not best
            ]
            if best is None:
                continue
            for part in best.parts:
                left[part.position] -= part.amount
            applied.append(best)
            stopped = best.candidate.stops_lane

    delivery = []
    for candidate in _in_sequence(candidates):
        if candidate.lane == Lane.SHIPPING:
            reason = _refusal(candidate, lines, left, circumstances)
            if reason:
                refused.append(Refused(candidate=candidate, reason=reason))
            else:
                delivery.append(candidate)
    return Evaluation(applied=applied, delivery=delivery, refused=refused)


def _in_sequence(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The higher priority first, then the older: ids sort by the time they were made."""
    return sorted(candidates, key=lambda x: (-x.priority, x.promotion_id))


def _once_each(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Refused]]:
    """Let a promotion in once, whichever of its codes were given; one that works comes first."""
    chosen: dict[UUID, Candidate] = {}
    surplus: list[Refused] = []
    for candidate in sorted(candidates, key=lambda x: bool(x.refusal)):
        if candidate.promotion_id in chosen:
            reason = candidate.refusal or Reason.USED_ALREADY
            surplus.append(Refused(candidate=candidate, reason=reason))
        else:
            chosen[candidate.promotion_id] = candidate
    return list(chosen.values()), surplus


def _rivals(candidates: Sequence[Candidate], lane: Lane) -> Iterator[list[Candidate]]:
    """Those of a group come together, when the first of them has its turn."""
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.lane != lane or candidate.group in seen:
            continue
        if not candidate.group:
            yield [candidate]
            continue
        seen.add(candidate.group)
        yield [x for x in candidates if x.lane == lane and x.group == candidate.group]


def _apply(
    candidate: Candidate,
    lines: Sequence[Line],
    left: Sequence[Money],
    circumstances: Circumstances,
    gift_price_by_sku: Mapping[str, Money],
) -> Applied | Refused:
    """Say what a promotion would do to what is left, or why nothing."""
    reason = _refusal(candidate, lines, left, circumstances)
    if reason:
        return Refused(candidate=candidate, reason=reason)

    terms, selected = candidate.terms, _selected(candidate.terms, lines, left)
    parts: list[Part] = []
    if terms.effect == Effect.GIFT:
        price = gift_price_by_sku.get(terms.gift_sku or "")
        if price is None:
            return Refused(candidate=candidate, reason=Reason.GIFT_NOT_AVAILABLE)
        worth = price * terms.quantity
    else:
        parts = taken_off(terms, candidate.lane, selected)
        worth = Money.sum((part.amount for part in parts), currency=circumstances.currency)
        if not worth:
            return Refused(candidate=candidate, reason=Reason.NOT_APPLICABLE)
    if candidate.budget_left is not None and candidate.budget_left < worth:
        # All or nothing: a promise is kept whole, or not made.
        return Refused(candidate=candidate, reason=Reason.BUDGET_SPENT)
    return Applied(candidate=candidate, parts=parts, lines=selected, worth=worth)


def _refusal(
    candidate: Candidate,
    lines: Sequence[Line],
    left: Sequence[Money],
    circumstances: Circumstances,
) -> Reason | None:
    """Say what stands against it, whatever it would take off."""
    terms = candidate.terms
    if candidate.refusal:
        return candidate.refusal
    if candidate.currency is not None and candidate.currency != circumstances.currency:
        return Reason.OTHER_CURRENCY
    if terms.markets and circumstances.market not in terms.markets:
        return Reason.OTHER_MARKET
    if terms.customer_groups and circumstances.customer_group not in terms.customer_groups:
        return Reason.OTHER_CUSTOMERS
    if terms.first_order_only and circumstances.is_first_order is False:
        return Reason.NOT_FIRST_ORDER

    targets = [x for x in _selected(terms, lines, left) if x.is_target]
    if not targets:
        return Reason.NOT_APPLICABLE
    total = Money.sum((x.amount for x in targets), currency=circumstances.currency)
    if terms.minimum_total is not None and total < terms.minimum_total:
        return Reason.MINIMUM_NOT_REACHED
    if sum(x.quantity for x in targets) < terms.minimum_quantity:
        return Reason.MINIMUM_NOT_REACHED
    # The last question, because somebody has to be asked: only if all depends on it.
    if terms.first_order_only and circumstances.is_first_order is None:
        return Reason.FIRST_ORDER_UNKNOWN
    return None


def _selected(terms: Terms, lines: Sequence[Line], left: Sequence[Money]) -> list[Left]:
    found = []
    for position, (line, amount) in enumerate(zip(lines, left, strict=True)):
        if not line.is_promotable:
            continue
        if not terms.excluded.is_everything and _is_selected(line, terms.excluded):
            continue
        is_target = _is_selected(line, terms.targets)
        is_bought = terms.effect == Effect.BUY_X_GET_Y and _is_selected(line, terms.buys)
        if is_target or is_bought:
            found.append(
                Left(
                    position=position,
                    quantity=line.quantity,
                    amount=amount,
                    is_bought=is_bought,
                    is_target=is_target,
                )
            )
    return found


def _is_selected(line: Line, by: Selection) -> bool:
    if line.plan is not None:
        return line.plan in by.plans
    return (
        by.is_everything
        or line.sku in by.skus
        or line.product_id in by.products
        or not line.categories.isdisjoint(by.categories)
        or not line.collections.isdisjoint(by.collections)
    )
