"""Lines of a CSV file gathered to products, whoever's columns they have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from commerce.catalog.imports.cells import unshielded
from commerce.catalog.imports.records import Record
from commerce.catalog.imports.said import Problem, SaidProduct
from commerce.catalog.products.drafts import VARIANTS_MAX


class UnknownColumns(ValueError):
    """The first line of the file does not say what the others hold."""


class Line(ABC):
    """One line, and what is wrong with it."""

    def __init__(self, record: Record, *, width: int) -> None:
        self._record, self.number = record, record.line
        self._cells: Sequence[str] = [unshielded(cell) for cell in record.value or []]
        self.problems: list[Problem] = []
        if record.problem:
            self.refuse("", "unreadable_line", record.problem)
        elif len(self._cells) != width:
            self.refuse(
                "", "wrong_number_of_cells", f"{len(self._cells)} cells under {width} columns"
            )
        self.is_readable = not self.problems

    @property
    @abstractmethod
    def slug(self) -> str | None:
        """Whose product it is about, if it says so."""

    @abstractmethod
    def begin(self, said: SaidProduct) -> None:
        """Say what this line says, the first of a product."""

    @abstractmethod
    def go_on(self, said: SaidProduct, first: Self) -> None:
        """Say what this line adds to a product that `first` has begun."""

    def refuse(self, name: str, code: str, message: str) -> None:
        self.problems.append(Problem(line=self.number, field=name, code=code, message=message))

    def end(self, said: SaidProduct) -> None:
        said.problems += self.problems
        said.ends_at, said.next_line = self._record.end, self._record.next_line


def gather[L: Line](lines: Iterable[L]) -> Iterator[SaidProduct]:
    """Give the products; the lines of one stand together under its slug.

    A line that nobody can read, between two of a product, is one of its own: it is refused as a
    whole. So many of them as no product has lines belong to none, and are not waited with.
    """
    said: SaidProduct | None = None
    first: L | None = None
    unreadable: list[L] = []
    for line in lines:
        if not line.is_readable:
            unreadable.append(line)
            if len(unreadable) <= VARIANTS_MAX:
                continue
        if said is not None and first is not None and line.slug and line.slug == said.slug:
            for strange in unreadable:
                said.problems += strange.problems
            line.go_on(said, first)
            line.end(said)
        else:
            if said is not None:
                yield said
            yield from map(_alone, unreadable)
            said = first = None
            if line.is_readable:
                first, said = line, SaidProduct(line=line.number, slug=line.slug)
                line.begin(said)
                line.end(said)
        unreadable = []
    if said is not None:
        yield said
    yield from map(_alone, unreadable)


def _alone(line: Line) -> SaidProduct:
    """What a line is that belongs to no product."""
    said = SaidProduct(line=line.number, slug=None)
    line.end(said)
    return said
