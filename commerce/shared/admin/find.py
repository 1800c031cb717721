"""How a term that somebody typed becomes rows: exact matches on indexed columns, nothing else.

A search that reads whole tables is fast in the demo and an outage in production, so there is no
"contains" here. A test of the admin checks that every column named has an index.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import or_

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from commerce.shared import ids

# Longer than anything we or our providers number.
TERM_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True)
class Finder:
    """One column that staff search by; `read` gives None where the term cannot mean it."""

    lookup: str
    read: Callable[[str], object | None]
    ignores_case: bool = False
    also: tuple[tuple[str, object], ...] = ()
    """Further conditions, where an index begins with another column."""

    def condition(self, term: str) -> Q | None:
        value = self.read(term)
        if value is None:
            return None
        if self.ignores_case:
            # Lower-cased by the database on both sides, as the index is.
            return Q(Exact(Lower(self.lookup), Lower(Value(value))))
        return Q((self.lookup, value), *self.also)


def exact(lookup: str, **also: object) -> Finder:
    """As it is written: SKUs, tracking numbers, the provider's ids."""
    return Finder(lookup, lambda term: None if "@" in term else term, also=tuple(also.items()))


def number(lookup: str) -> Finder:
    """Our own numbers, in whatever case: `r10001`, `inv-2027-000001`."""
    return Finder(lookup, lambda term: None if "@" in term else term.upper())


def email(lookup: str = "email") -> Finder:
    """An address, in whatever case."""
    return Finder(lookup, lambda term: term if "@" in term else None, ignores_case=True)


def belonging_to(lookup: str, prefix: str) -> Finder:
    """Rows of the object with this public id: the attempts of `pay_…`."""

    def read(term: str) -> object | None:
        try:
            return ids.decode(prefix, term.lower())
        except ids.InvalidId:
            return None

    return Finder(lookup, read)


def rows_meant_by(term: str, finders: Iterable[Finder]) -> Q | None:
    """Say which rows a term means, or None if it cannot mean any."""
    term = term.strip()
    if not term or len(term) > TERM_LENGTH_MAX or "\0" in term:
        return None
    conditions = [q for finder in finders if (q := finder.condition(term)) is not None]
    return functools.reduce(or_, conditions) if conditions else None
