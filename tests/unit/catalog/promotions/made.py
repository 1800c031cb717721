"""Promotions and lines in the words of a test: `promotion(percent=10)`, `line(50_00, sku="mug")`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from commerce.catalog.promotions.candidates import Candidate, Circumstances, Evaluation, Line
from commerce.catalog.promotions.evaluate import evaluate
from commerce.catalog.promotions.terms import Effect, Lane, Terms
from commerce.shared.ids import new_id
from commerce.shared.money import Money

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
OF_CANDIDATE = {"title", "priority", "group", "stops_lane", "currency", "code", "refusal"}


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def line(unit: int, quantity: int = 1, **more: Any) -> Line:
    return Line(quantity=quantity, total=usd(unit * quantity), **{"sku": f"sku-{unit}"} | more)


def promotion(lane: str = "item", **words: Any) -> Candidate:
    """`percent=10`, `fixed=5_00`, `price=20_00`, or an `effect` with its own fields."""
    of_candidate = {name: words.pop(name) for name in OF_CANDIDATE & words.keys()}
    if "budget" in words:
        of_candidate["budget_left"] = usd(words.pop("budget"))
    if "fixed" in words:
        words |= {"effect": "fixed", "amount": usd(words.pop("fixed"))}
    if "price" in words:
        words |= {"effect": "price", "amount": usd(words.pop("price"))}
    if "percent" in words:
        words["percent"] = Decimal(str(words["percent"]))
    for name in ("cap", "minimum_total"):
        if name in words:
            words[name] = usd(words[name])
    words.setdefault("effect", "percent")
    terms = Terms(**{**words, "effect": Effect(words["effect"])})
    return Candidate(
        **{"promotion_id": new_id(), "title": "A promotion", "lane": Lane(lane), "terms": terms}
        | of_candidate
    )


def evaluated(
    lines: list[Line], *candidates: Candidate, gifts: dict[str, int] | None = None, **asked: Any
) -> Evaluation:
    return evaluate(
        lines,
        candidates,
        circumstances=Circumstances(**{"currency": "USD", "at": NOON} | asked),
        gift_price_by_sku={sku: usd(minor) for sku, minor in (gifts or {}).items()},
    )


def taken(evaluation: Evaluation, lines: list[Line]) -> list[list[int]]:
    """What each promotion took off each line, in the order they were applied."""
    return [
        [
            sum(part.amount.minor for part in applied.parts if part.position == position)
            for position in range(len(lines))
        ]
        for applied in evaluation.applied
    ]


def off_by_line(evaluation: Evaluation, lines: list[Line]) -> list[int]:
    return [sum(column) for column in zip(*taken(evaluation, lines), strict=True)] or [0] * len(
        lines
    )


def reasons(evaluation: Evaluation) -> list[str]:
    return [refused.reason.value for refused in evaluation.refused]
