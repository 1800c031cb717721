"""A promotion as staff describe it, and the rules its words must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Final

from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.promotions.terms import Effect, Lane, Selection, Terms
from commerce.shared.codec import to_plain
from commerce.shared.money import Money

TITLE_MAX: Final = 150
GROUP_MAX: Final = 60
NAMES_MAX: Final = 500
NAME_MAX: Final = 200
UNITS_MAX: Final = 1_000
PRIORITY_MAX: Final = 1_000_000
LIMIT_MAX: Final = 2_000_000_000
# As pricing's: a million units of it still fit a BIGINT.
AMOUNT_MAX: Final = 1_000_000_000_000
PERCENT: Final = r"[0-9]{1,3}(\.[0-9]{1,3})?"

# What makes sense in which lane, and the fields it needs (True) or takes (False).
EFFECTS: Final[dict[tuple[Lane, Effect], dict[str, bool]]] = {
    (Lane.ITEM, Effect.PERCENT): {"percent": True, "cap": False},
    (Lane.ITEM, Effect.FIXED): {"amount": True, "cap": False},
    (Lane.ITEM, Effect.PRICE): {"amount": True, "quantity": False, "sets_max": False, "cap": False},
    (Lane.ITEM, Effect.BUY_X_GET_Y): {
        "buy_quantity": True,
        "get_quantity": True,
        "percent": False,
        "sets_max": False,
        "buys": False,
        "cap": False,
    },
    (Lane.ORDER, Effect.PERCENT): {"percent": True, "cap": False},
    (Lane.ORDER, Effect.FIXED): {"amount": True, "cap": False},
    (Lane.ORDER, Effect.GIFT): {"gift_sku": True, "quantity": False},
    (Lane.SHIPPING, Effect.PERCENT): {"percent": True, "cap": False},
    (Lane.SHIPPING, Effect.FIXED): {"amount": True},
    (Lane.SHIPPING, Effect.PRICE): {"amount": True, "cap": False},
    (Lane.SHIPPING, Effect.FREE_DELIVERY): {"cap": False},
}
_OF_EFFECTS: Final = {name for takes in EFFECTS.values() for name in takes}
_DEFAULTS: Final = Terms(effect=Effect.PERCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromotion:
    """What is to be taken off. Amounts need a currency, and it then counts only in that one."""

    title: str
    lane: Lane
    terms: Terms
    priority: int = 0
    group: str = ""
    stops_lane: bool = False
    needs_code: bool = False
    currency: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    limit_total: int | None = None
    limit_per_customer: int | None = None
    budget: Money | None = None


def check_promotion(promotion: NewPromotion) -> None:
    """Raises `InvalidField` for the first thing that is wrong."""
    for problem in (
        *_problems_of_texts(promotion),
        *_problems_of_effect(promotion.lane, promotion.terms),
        *_problems_of_numbers(promotion),
        *_problems_of_amounts(promotion),
        *_problems_of_names(promotion.terms),
    ):
        raise problem


def _problems_of_texts(promotion: NewPromotion) -> Iterator[InvalidField]:
    if not promotion.title.strip():
        yield InvalidField(field="title", problem="must not be empty")
    for name, text, limit in (
        ("title", promotion.title, TITLE_MAX),
        ("group", promotion.group, GROUP_MAX),
    ):
        if len(text) > limit or "\x00" in text:
            yield InvalidField(field=name, problem=f"at most {limit} characters, none of them null")
    if promotion.starts_at and promotion.ends_at and promotion.ends_at <= promotion.starts_at:
        yield InvalidField(field="ends_at", problem="must lie after the beginning")


def _problems_of_effect(lane: Lane, terms: Terms) -> Iterator[InvalidField]:
    takes = EFFECTS.get((lane, terms.effect))
    if takes is None:
        possible = ", ".join(effect for at, effect in EFFECTS if at == lane)
        yield InvalidField(field="effect", problem=f"the lane {lane} has {possible}")
        return
    for name in sorted(_OF_EFFECTS):
        # As plain data, in which a list is a list whoever has made it.
        is_given = to_plain(getattr(terms, name)) != to_plain(getattr(_DEFAULTS, name))
        if is_given and name not in takes:
            yield InvalidField(field=name, problem=f"{terms.effect} in {lane} takes none")
        if takes.get(name) and getattr(terms, name) is None:
            yield InvalidField(field=name, problem=f"{terms.effect} needs it")


def _problems_of_numbers(promotion: NewPromotion) -> Iterator[InvalidField]:
    terms = promotion.terms
    if terms.percent is not None and not (
        re.fullmatch(PERCENT, str(terms.percent)) and 0 < terms.percent <= Decimal(100)
    ):
        yield InvalidField(field="percent", problem="above 0 and up to 100, with three digits")
    for name, value, smallest, largest in (
        ("quantity", terms.quantity, 1, UNITS_MAX),
        ("buy_quantity", terms.buy_quantity, 1, UNITS_MAX),
        ("get_quantity", terms.get_quantity, 1, UNITS_MAX),
        ("sets_max", terms.sets_max, 1, UNITS_MAX),
        ("minimum_quantity", terms.minimum_quantity, 0, LIMIT_MAX),
        ("priority", promotion.priority, -PRIORITY_MAX, PRIORITY_MAX),
        ("limit_total", promotion.limit_total, 1, LIMIT_MAX),
        ("limit_per_customer", promotion.limit_per_customer, 1, LIMIT_MAX),
    ):
        if value is not None and not smallest <= value <= largest:
            yield InvalidField(field=name, problem=f"from {smallest} to {largest}")


def _problems_of_amounts(promotion: NewPromotion) -> Iterator[InvalidField]:
    terms = promotion.terms
    # A price may be nothing at all; what is taken off, or may be at most, is something.
    smallest = {"amount": 0 if terms.effect == Effect.PRICE else 1}
    for name, amount in (
        ("amount", terms.amount),
        ("cap", terms.cap),
        ("minimum_total", terms.minimum_total),
        ("budget", promotion.budget),
    ):
        if amount is None:
            continue
        if amount.currency != promotion.currency:
            yield InvalidField(field=name, problem="needs the promotion's own currency")
        if not smallest.get(name, 1) <= amount.minor <= AMOUNT_MAX:
            yield InvalidField(field=name, problem=f"at most {AMOUNT_MAX} minor units, not nothing")


def _problems_of_names(terms: Terms) -> Iterator[InvalidField]:
    lists: list[tuple[str, Sequence[object]]] = [
        ("customer_groups", terms.customer_groups),
        ("markets", terms.markets),
        ("gift_sku", [terms.gift_sku] if terms.gift_sku is not None else []),
    ]
    for name in ("targets", "excluded", "buys"):
        selection = getattr(terms, name)
        lists += [(f"{name}.{x.name}", getattr(selection, x.name)) for x in fields(Selection)]
    for where, names in lists:
        if len(names) > NAMES_MAX:
            yield InvalidField(field=where, problem=f"at most {NAMES_MAX}")
        for text in names:
            if isinstance(text, str) and (not 0 < len(text) <= NAME_MAX or "\x00" in text):
                yield InvalidField(field=where, problem=f"1 to {NAME_MAX} characters each")
