"""Lists in pages, as every list of Stripe's is read: newest first, with cursors and filters.

https://docs.stripe.com/api/pagination
"""

from collections.abc import Sequence
from typing import Any

from sandbox.stripe.call import Call, refuse_unknown
from sandbox.stripe.errors import ApiError
from sandbox.stripe.store import FILTERS

type Body = dict[str, Any]

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    call: Call, kind: str, *, extra: Sequence[str] = (), values: Sequence[Any] = (), **fixed: str
) -> Body:
    """One page of the objects of a kind that fit the call's filters.

    `fixed` filters come from the address; `extra` conditions from what is special to a kind.
    """
    conditions, bound = ["kind = ?", *extra], [kind, *values]
    for name, value in _filters(call, fixed).items():
        conditions.append(f"{name} = ?")
        bound.append(value)
    for sign, moment in _created(call).items():
        conditions.append(f"created {sign} ?")
        bound.append(moment)

    limit = _limit(call)
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after and before:
        raise ApiError(
            "You may only specify one of these parameters: ending_before, starting_after."
        )
    if after:
        conditions.append("seq < ?")
        bound.append(_cursor(call, after, kind, "starting_after"))
    if before:
        conditions.append("seq > ?")
        bound.append(_cursor(call, before, kind, "ending_before"))

    found = call.store.select(conditions, bound, limit=limit + 1, newest_first=not before)
    data = found[:limit]
    if before:
        data.reverse()
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": call.path}


def whole_list(data: list[Body], *, url: str) -> Body:
    """A list inside another object, short enough to come in one piece."""
    return {
        "object": "list",
        "data": data[:DEFAULT_LIMIT],
        "has_more": len(data) > DEFAULT_LIMIT,
        "url": url,
    }


def _filters(call: Call, fixed: dict[str, str]) -> dict[str, str]:
    asked = {name: call.params[name] for name in FILTERS if name in call.params}
    # Events choose their types themselves, several at a time.
    return asked | fixed if call.path != "/v1/events" else fixed


def _created(call: Call) -> dict[str, int]:
    created = call.params.get("created")
    if created is None:
        return {}
    if isinstance(created, int):
        return {"=": created}
    return {COMPARISONS[name]: moment for name, moment in created.items()}


def _limit(call: Call) -> int:
    limit: int = call.params.get("limit", DEFAULT_LIMIT)
    if limit < 1:
        raise ApiError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="limit",
        )
    return min(limit, LARGEST_LIMIT)


def _cursor(call: Call, object_id: str, kind: str, param: str) -> int:
    sequence = call.store.sequence_of(object_id, kind=kind)
    if sequence is None:
        refuse_unknown(object_id, kind=kind, param=param, in_address=False)
    return sequence
