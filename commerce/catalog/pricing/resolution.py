"""Which of several prices a customer gets: pure, and the same answer to the same question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRank:
    """What decides between two lists that both apply."""

    code: str
    priority: int
    is_of_group: bool
    is_of_market: bool

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The first is asked first: by priority, then what is meant for fewer, then by name.

        A group comes before a market: its prices were agreed with somebody.
        """
        return (-self.priority, -self.is_of_group, -self.is_of_market, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A price that holds at the moment: of a list that applies, or a base price."""

    amount_minor: int
    compare_at_minor: int | None = None
    min_quantity: int = 1
    price_list: ListRank | None = None


def resolve(candidates: Iterable[Candidate], *, units: int) -> Candidate | None:
    """The price of each of so many units; None: it is not sold in this quantity.

    Of the first list that has a price for the quantity, else of the base prices: the highest
    tier that the quantity reaches.
    """
    reached = [x for x in candidates if x.min_quantity <= units]
    return min(reached, key=_order, default=None)


def _order(candidate: Candidate) -> tuple[bool, tuple[int, int, int, str], int]:
    rank = candidate.price_list
    order = rank.order if rank else (0, 0, 0, "")
    return (rank is None, order, -candidate.min_quantity)
