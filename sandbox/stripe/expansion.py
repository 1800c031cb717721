"""Expansion: `expand=["latest_charge.balance_transaction"]` puts objects where their ids stood."""

from typing import Any

from sandbox.stripe import balance_transactions, charges
from sandbox.stripe.call import Call
from sandbox.stripe.errors import ApiError
from sandbox.stripe.private import public

type Body = dict[str, Any]

DEEPEST = 4
EXPANDABLE = {
    "balance_transaction": {"source"},
    "charge": {"balance_transaction", "customer", "failure_balance_transaction", "payment_intent",
               "refunds"},
    "customer": {"default_source", "invoice_settings.default_payment_method"},
    "dispute": {"charge", "payment_intent"},
    "payment_intent": {"customer", "latest_charge", "payment_method"},
    "payment_method": {"customer"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "setup_intent": {"customer", "latest_attempt", "mandate", "payment_method"},
}  # fmt: skip


def expand(call: Call, body: Body, paths: list[str]) -> Body:
    """The answer as the caller sees it: public, and expanded as asked."""
    answer = _public(body)
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise ApiError(
                f"You cannot expand more than {DEEPEST} levels of a property: {path}.",
                param="expand",
            )
        _expand(call, answer, parts, path=path)
    return answer


def _public(body: Body) -> Body:
    if body["object"] in ("list", "search_result"):
        return body | {"data": [public(item) for item in body["data"]]}
    return public(body)


def _expand(call: Call, body: Body, parts: list[str], *, path: str) -> None:
    if body["object"] in ("list", "search_result") and parts[0] == "data":
        for item in body["data"]:
            _expand(call, item, parts[1:], path=path)
        return
    name, rest = parts[0], parts[1:]
    if name == "invoice_settings" and rest:
        name, rest = f"{name}.{rest[0]}", rest[1:]
    if name not in EXPANDABLE.get(body["object"], set()):
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
    *outer, field = name.split(".")
    if outer:
        body[outer[0]] = dict(body[outer[0]])
        body = body[outer[0]]
    if field == "refunds":
        body["refunds"] = _public(charges.refunds_of(call, body))
    elif isinstance(body[field], str):
        body[field] = _load(call, body[field])
    if rest and isinstance(body[field], dict):
        _expand(call, body[field], rest, path=path)


def _load(call: Call, object_id: str) -> Body:
    found = call.store.get(object_id)
    if found is None:
        raise ApiError(f"The object {object_id} cannot be expanded: it is gone.", param="expand")
    if found["object"] == "balance_transaction":
        found = balance_transactions.shown(call, found)
    return public(found)
