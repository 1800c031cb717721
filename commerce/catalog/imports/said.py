"""What a file says of products, whatever its format: only what stands there, checked for its form.

A field that a file does not have is not in `fields`, and stays as it is; an empty one clears it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commerce.shared.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, and where: the line, and the column or key."""

    line: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPrice:
    """What a SKU is to cost from now on."""

    column: str
    price: Money
    compare_at: Money | None = None
    price_list: str | None = None


@dataclass(slots=True, kw_only=True)
class SaidVariant:
    """A variant; `fields` are those of `NewVariant` that the file has."""

    line: int
    sku: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    prices: Sequence[SaidPrice] = ()


@dataclass(slots=True, kw_only=True)
class SaidProduct:
    """One product; without a slug it is found by its SKUs, and is only changed.

    `fields` are those of `NewProduct` that the file has. With problems it is refused as a whole.
    """

    line: int
    slug: str | None
    fields: dict[str, Any] = field(default_factory=dict)
    variants: list[SaidVariant] = field(default_factory=list)
    is_published: bool | None = None
    problems: list[Problem] = field(default_factory=list)
    ends_at: int = 0
    """The byte behind its last record."""
    next_line: int = 0
