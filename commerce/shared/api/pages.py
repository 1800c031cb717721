"""Keyset pages: stable under inserts, no totals, and a cursor nobody can tamper with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework import exceptions

LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100


class BadQuery(exceptions.APIException):
    """A query parameter is unknown or malformed; a typo must never return everything."""

    status_code = 400
    default_code = "bad_query"
    default_detail = "A query parameter is not known here."


def check_query(query: Mapping[str, str], *, allowed: set[str]) -> None:
    """Refuse parameters that the endpoint does not have."""
    for name, value in query.items():
        if name not in allowed:
            raise BadQuery(f"Unknown query parameter: {name}. Known: {', '.join(sorted(allowed))}.")
        if "\x00" in value:
            raise BadQuery(f"A null character in {name}.")


def limit_of(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(LIMIT_DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LIMIT_MAX):
        raise BadQuery(f"limit is a number from 1 to {LIMIT_MAX}.")
    return int(text)


def choice_of(query: Mapping[str, str], name: str, *, among: Sequence[str]) -> str | None:
    """Read a filter that knows a few words; None where it is not given."""
    wanted = query.get(name)
    if wanted is not None and wanted not in among:
        raise BadQuery(f"{name} is one of {', '.join(among)}.")
    return wanted


def keyset_page[M: Model](
    rows: QuerySet[M],
    query: Mapping[str, str],
    *,
    order_by: tuple[str, ...],
    render: Callable[[M], dict[str, Any]],
    scope: str = "",
) -> dict[str, Any]:
    """Answer `{"data", "next_cursor", "has_more"}`.

    `order_by` ends in a unique column; a leading "-" turns a column round, and all must turn the
    same way. `scope` binds the cursor to the caller's filters and sort.

    Raises:
        BadQuery: the limit or the cursor is not one of ours.
    """
    limit = limit_of(query)
    binding = f"{rows.model._meta.label}:{order_by}:{scope}"
    if cursor := query.get("cursor"):
        rows = rows.filter(_after(order_by, read_cursor(cursor, binding)))

    found = list(rows.order_by(*order_by)[: limit + 1])
    page, has_more = found[:limit], len(found) > limit
    return {
        "data": [render(row) for row in page],
        "next_cursor": write_cursor(_position(page[-1], order_by), binding) if has_more else None,
        "has_more": has_more,
    }


def _position(row: Model, order_by: tuple[str, ...]) -> list[str]:
    model = type(row)
    return [
        model._meta.get_field(name.lstrip("-")).value_to_string(row)  # type: ignore[union-attr]  # only columns are ordered by
        for name in order_by
    ]


def _after(order_by: tuple[str, ...], position: list[str]) -> Q:
    """Select rows behind a position: (a > x) or (a = x and b > y), and so on."""
    names = [name.lstrip("-") for name in order_by]
    beyond = "lt" if order_by[0].startswith("-") else "gt"
    condition = Q()
    for i, name in enumerate(names):
        equal = {names[j]: position[j] for j in range(i)}
        condition |= Q(**equal, **{f"{name}__{beyond}": position[i]})
    return condition


def write_cursor(position: list[str], binding: str) -> str:
    """Sign a position in a list; `binding` names the list, its filters and its sort."""
    return signing.dumps(position, salt=f"cursor:{binding}", compress=True)


def read_cursor(cursor: str, binding: str) -> list[str]:
    """Raises `BadQuery` for a cursor of another list, sort or filter, or one that is not ours."""
    try:
        position: list[str] = signing.loads(cursor, salt=f"cursor:{binding}")
    except signing.BadSignature as failure:
        raise BadQuery("The cursor does not belong to this list, sort and filter.") from failure
    return position
