"""An act of the admin as the tests know it: who may press it, on what, and what it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from commerce.shared.money import Money
from tests.context.admin.rows import rows_of

TOKEN = "01890a5d-ac96-774b-bcce-b302099a8057"
SENT = SimpleNamespace(amount=Money(1_50, "USD"), pk=None, status="succeeded")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One act. `calls` names the use case as its page imports it."""

    on: type[Any]
    act: str
    roles: set[str]
    calls: str
    row: Callable[[], Any]
    wants: Callable[[Any], Mapping[str, Any]]
    data: Callable[[Any], Mapping[str, Any]] = lambda _row: {}
    answers: Callable[[Any], Any] = lambda row: row
    audits: Mapping[str, Any] = field(default_factory=dict)
    is_recorded: bool = True


def rows_sent(name: str, *rows: Mapping[str, str], shown: int = 0) -> dict[str, str]:
    """Give what a form sends of rows, of which so many were shown when it was opened."""
    cells = {
        f"{name}-{i}-{cell}": value for i, row in enumerate(rows) for cell, value in row.items()
    }
    return {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": str(shown), **cells}


def one(model: type[Any], **values: Any) -> Callable[[], Any]:
    return lambda: rows_of(model, 1, **values)[0]


@dataclass(frozen=True, kw_only=True)
class ListCase:
    """One act above a list, which makes a row."""

    on: type[Any]
    act: str
    roles: set[str]
    calls: str
    data: Mapping[str, Any]
    wants: Mapping[str, Any]
    row: Callable[[], Any]
    audits: Mapping[str, Any] = field(default_factory=dict)
