"""Stripe's search queries, `metadata['order']:'ord_1' AND status:'succeeded'`.

Stripe's index lags behind by up to a minute and more; the sandbox's does not, so code that
searches right after writing would work here and fail there. https://docs.stripe.com/search
"""

import re
from typing import Any

from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError

type Body = dict[str, Any]

CLAUSE = re.compile(
    r"""(?P<not>-)?(?P<field>metadata\[(?P<q>["'])(?P<key>[^"']+)(?P=q)\]|\w+)"""
    r"""(?P<sign>:|>=|<=|>|<)(?:(?P<v>["'])(?P<text>(?:\\.|[^"'\\])*)(?P=v)|(?P<number>\d+)|null)"""
)
FIELDS = {"amount", "created", "currency", "customer", "status"}
NUMBERS = {"amount", "created"}


def search(call: Call, kind: str) -> Body:
    """The page of objects that a search query finds."""
    conditions = ["kind = ?"]
    values: list[Any] = [kind]
    for clause in _clauses(call.params["query"]):
        condition, bound = _condition(clause, kind)
        conditions.append(f"NOT ({condition})" if clause["not"] else condition)
        values += bound
    if "page" in call.params:
        if not call.params["page"].isdigit():
            raise ApiError("Invalid page.", param="page")
        conditions.append("seq < ?")
        values.append(int(call.params["page"]))
    limit = min(call.params.get("limit", 10), 100)
    found = call.store.select(conditions, values, limit=limit + 1, newest_first=True)
    has_more, data = len(found) > limit, found[:limit]
    last = call.store.sequence_of(data[-1]["id"], kind=kind) if has_more else None
    return {
        "object": "search_result",
        "data": data,
        "has_more": has_more,
        "next_page": None if last is None else str(last),
        "url": call.path,
    }


def _clauses(query: str) -> list[re.Match[str]]:
    clauses = []
    for part in re.split(r"\s+AND\s+", query.strip()):
        clause = CLAUSE.fullmatch(part)
        if clause is None or (clause["key"] is None and clause["field"] not in FIELDS):
            raise ApiError(
                f"We were unable to parse your search query at: {part}. The sandbox knows clauses"
                f" joined by AND over metadata and {', '.join(sorted(FIELDS))}.",
                param="query",
            )
        clauses.append(clause)
    return clauses


def _condition(clause: re.Match[str], kind: str) -> tuple[str, list[Any]]:
    text = None if clause["text"] is None else re.sub(r"\\(.)", r"\1", clause["text"])
    if clause["key"] is not None:
        if text is None:
            named = "SELECT object FROM metadata WHERE kind = ? AND name = ?"
            return f"id NOT IN ({named})", [kind, clause["key"]]
        valued = "SELECT object FROM metadata WHERE kind = ? AND name = ? AND value = ?"
        return f"id IN ({valued})", [kind, clause["key"], text]
    field, sign = clause["field"], "=" if clause["sign"] == ":" else clause["sign"]
    if field == "amount":
        field = "json_extract(body, '$.amount')"
    value = int(clause["number"] or text or 0) if clause["field"] in NUMBERS else text
    return (f"{field} IS NULL", []) if value is None else (f"{field} {sign} ?", [value])
