"""What a promotion takes off each line, to the cent and with the reason: pure arithmetic.

`left` is what each line still costs when the promotion's turn comes. No part is ever more than
that, because no effect takes more off a line than it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commerce.catalog.promotions.terms import Effect, Lane, Terms
from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A line when a promotion comes to it: `position` in the quote, and what it still costs."""

    position: int
    quantity: int
    amount: Money
    is_bought: bool = True
    """Whether it counts as bought, for `buy_x_get_y`."""
    is_target: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is taken off one line, and why so much."""

    position: int
    amount: Money
    why: str


def taken_off(terms: Terms, lane: Lane, lines: Sequence[Left]) -> list[Part]:
    """Give the parts that are not zero. The lines are those that the promotion selects."""
    parts = [part for part in _EFFECTS[terms.effect, lane](terms, lines) if part.amount]
    if terms.cap is None or not parts:
        return parts
    whole = Money.sum((part.amount for part in parts), currency=terms.cap.currency)
    if whole <= terms.cap:
        return parts
    # By what each would have had, of which a share of the cap is never more.
    shares = terms.cap.allocate([part.amount.minor for part in parts])
    why = f"share of at most {terms.cap}"
    return [
        Part(position=part.position, amount=share, why=why)
        for part, share in zip(parts, shares, strict=True)
        if share
    ]


# One function for each effect in each lane.


def _percent_of_each(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    rate = _rate(terms)
    return [
        Part(
            position=line.position,
            amount=line.amount.times(rate),
            why=f"{written(terms.percent)}% of {line.amount}",
        )
        for line in lines
    ]


def _percent_of_all(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    whole = _total(lines)
    why = f"share of {written(terms.percent)}% of {whole}"
    return _shared(whole.times(_rate(terms)), lines, why)


def _fixed_of_each(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    off = _amount(terms)
    return [
        Part(
            position=line.position,
            amount=min(off * line.quantity, line.amount),
            why=f"{off} off each of {line.quantity}",
        )
        for line in lines
    ]


def _fixed_of_all(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    return _shared(min(_amount(terms), _total(lines)), lines, f"share of {_amount(terms)}")


def _price_of_each(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    """Each set of units costs one price. The dearest units come first: best for the customer."""
    price, size = _amount(terms), terms.quantity
    runs = sorted(_runs(lines), key=lambda run: (-run.value, run.position))
    possible = sum(run.count for run in runs) // size
    sets = _sets_worth_it(runs, size, price.minor, min(possible, terms.sets_max or possible))
    picked = _first(runs, sets * size)
    if size == 1:
        return [
            Part(
                position=position,
                amount=Money(worth - count * price.minor, price.currency),
                why=f"{count} at {price} each",
            )
            for position, (count, worth) in picked.items()
        ]
    off = Money(sum(worth for _, worth in picked.values()) - sets * price.minor, price.currency)
    shares = off.allocate([worth for _, worth in picked.values()]) if picked else []
    return [
        Part(position=position, amount=share, why=f"share of {sets} × {size} for {price}")
        for position, share in zip(picked, shares, strict=True)
    ]


def _bought_and_got(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    """The cheapest units are got, as far as enough others are left that count as bought."""
    buy, get = terms.buy_quantity, terms.get_quantity
    bought = sum(line.quantity for line in lines if line.is_bought)
    targets = sum(line.quantity for line in lines if line.is_target)
    units = sum(line.quantity for line in lines)
    sets = min(bought // buy, targets // get, units // (buy + get))
    sets = min(sets, terms.sets_max or sets)

    only_bought = sum(line.quantity for line in lines if line.is_bought and not line.is_target)
    # So many of those that could be either may be got; the others have to be bought.
    either_left = (bought - only_bought) - max(sets * buy - only_bought, 0)
    by_position = {line.position: line for line in lines}
    wanted, parts = sets * get, []
    got: dict[int, tuple[int, int]] = {}
    for run in sorted(
        _runs([x for x in lines if x.is_target]), key=lambda r: (r.value, r.position)
    ):
        can_be_bought = by_position[run.position].is_bought
        count = min(run.count, wanted, either_left if can_be_bought else run.count)
        if count <= 0:
            continue
        wanted -= count
        either_left -= count if can_be_bought else 0
        had, worth = got.get(run.position, (0, 0))
        got[run.position] = (had + count, worth + count * run.value)
    for position, (count, worth) in sorted(got.items()):
        line = by_position[position]
        percent = terms.percent if terms.percent is not None else Decimal(100)
        what = "free" if percent == 100 else f"{written(percent)}% off"
        parts.append(
            Part(
                position=position,
                amount=Money(worth, line.amount.currency).times(Fraction(percent) / 100),
                why=f"{count} of {line.quantity} {what}",
            )
        )
    return parts


def _nothing(terms: Terms, lines: Sequence[Left]) -> list[Part]:
    return []


_EFFECTS: dict[tuple[Effect, Lane], Callable[[Terms, Sequence[Left]], list[Part]]] = {
    (Effect.PERCENT, Lane.ITEM): _percent_of_each,
    (Effect.PERCENT, Lane.ORDER): _percent_of_all,
    (Effect.FIXED, Lane.ITEM): _fixed_of_each,
    (Effect.FIXED, Lane.ORDER): _fixed_of_all,
    (Effect.PRICE, Lane.ITEM): _price_of_each,
    (Effect.BUY_X_GET_Y, Lane.ITEM): _bought_and_got,
    (Effect.GIFT, Lane.ORDER): _nothing,
}


# Shares.


def _shared(off: Money, lines: Sequence[Left], why: str) -> list[Part]:
    """Largest remainder, ties to the earlier line."""
    shares = off.allocate([line.amount.minor for line in lines])
    return [
        Part(position=line.position, amount=share, why=why)
        for line, share in zip(lines, shares, strict=True)
    ]


def _total(lines: Sequence[Left]) -> Money:
    return Money.sum((line.amount for line in lines), currency=lines[0].amount.currency)


def _rate(terms: Terms) -> Fraction:
    return Fraction(terms.percent or 0) / 100


def _amount(terms: Terms) -> Money:
    if terms.amount is None:
        raise ValueError(f"{terms.effect} without an amount")
    return terms.amount


def written(percent: Decimal | None) -> str:
    """A percentage without zeros that say nothing."""
    return f"{(percent or Decimal(0)).normalize():f}"


# Units. A line of ten thousand is two runs, not ten thousand units.


@dataclass(frozen=True, slots=True)
class _Run:
    """Units of one line that are worth the same."""

    position: int
    count: int
    value: int


def _runs(lines: Sequence[Left]) -> list[_Run]:
    """Split what each line still costs evenly over its units, larger parts to earlier ones."""
    runs = []
    for line in lines:
        value, larger = divmod(line.amount.minor, line.quantity)
        runs.append(_Run(line.position, larger, value + 1))
        runs.append(_Run(line.position, line.quantity - larger, value))
    return [run for run in runs if run.count]


def _first(runs: Sequence[_Run], units: int) -> dict[int, tuple[int, int]]:
    """Take so many units; gives by line how many they are and what they are worth."""
    taken: dict[int, tuple[int, int]] = {}
    for run in runs:
        count = min(run.count, units)
        if not count:
            break
        units -= count
        had, worth = taken.get(run.position, (0, 0))
        taken[run.position] = (had + count, worth + count * run.value)
    return taken


def _sets_worth_it(runs: Sequence[_Run], size: int, price: int, possible: int) -> int:
    """How many sets of the dearest units cost more than the price; each is worth less than the last."""

    def worth_of(sets: int) -> int:
        return sum(worth for _, worth in _first(runs, sets * size).values())

    low, high = 0, possible
    while low < high:
        middle = (low + high + 1) // 2
        if worth_of(middle) - worth_of(middle - 1) > price:
            low = middle
        else:
            high = middle - 1
    return low
