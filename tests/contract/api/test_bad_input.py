"""Bad input gets the documented problem and leaves nothing behind, at every door that takes a body.

Operations and bodies come from the description of the API, so a new endpoint is covered by being
there. Staff are told what is wrong with their input; others hear that first only where they may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.contract.api.description import Description, Operation, Place
from tests.contract.api.world import World, new_key

pytestmark = pytest.mark.django_db

ROLES: Final = ("anonymous", "customer", "staff")
# Their bodies are the provider's: only a signature opens them, and without one all is 400.
WEBHOOKS: Final = "/v1/webhooks/"


# Every operation that moves money or stock: what stands here needs a key, whatever its view says.
NEEDS_KEY: Final = """
POST /v1/checkouts/{checkout_id}/complete
POST /v1/fulfilment-orders/{fulfilment_order_id}/cancel
POST /v1/me/payment-methods
POST /v1/orders/{order_id}/cancel
POST /v1/orders/{order_id}/refunds
POST /v1/returns
POST /v1/returns/{return_id}/receive
POST /v1/shipments
POST /v1/shipments/{shipment_id}/dispatch
POST /v1/stock-movements
POST /v1/subscriptions/{subscription_id}/payment-method
""".strip().splitlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """A request that is wrong in one way, and the problem that says so."""

    operation: Operation
    body: bytes
    status: int
    code: str
    pointer: str | None = None
    content_type: str = "application/json"
    has_key: bool = True


def wrong_type(operation: Operation) -> Iterator[BadInput]:
    for place in operation.places:
        if {"object", "any"} & place.types:
            yield _invalid(operation, place.put(operation.body, "no object"), place.pointer)
        else:
            for value in ({"no": "object"}, *_neighbours(place)):
                yield _invalid(operation, place.put(operation.body, value), place.pointer)


def _neighbours(place: Place) -> Iterator[Any]:
    """What a lenient reader would take for a value of this type."""
    if "boolean" in place.types:
        yield from ("true", "yes", "t", 1, 0)
    if "integer" in place.types:
        yield from ("1", 1.0, True)
    if "string" in place.types and place.schema.get("format") != "decimal":
        yield from (1, True)


def unknown_field(operation: Operation) -> Iterator[BadInput]:
    if isinstance(operation.body, dict):
        yield _invalid(operation, {**operation.body, "surprise": 1}, "/surprise")


def negative_number(operation: Operation) -> Iterator[BadInput]:
    for place in operation.places:
        if "integer" in place.types and place.schema.get("minimum", -1) >= 0:
            yield _invalid(operation, place.put(operation.body, -1), place.pointer)


def unknown_currency(operation: Operation) -> Iterator[BadInput]:
    for place in operation.places:
        if place.steps[-1] == "currency":
            yield _invalid(operation, place.put(operation.body, "ABC"), place.pointer)


def no_object(operation: Operation) -> Iterator[BadInput]:
    for body in ([], "text", 7, True):
        yield _invalid(operation, body, "")


def malformed_json(operation: Operation) -> Iterator[BadInput]:
    for body in (b"{", b'{"a": NaN}', b"\xff", b'"\\ud800"', b"[" * 100_000):
        yield BadInput(operation=operation, body=body, status=400, code="malformed")


def oversized_body(operation: Operation) -> Iterator[BadInput]:
    body = b'{"a": "' + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    yield BadInput(operation=operation, body=body, status=413, code="body_too_large")


def no_json(operation: Operation) -> Iterator[BadInput]:
    yield BadInput(
        operation=operation,
        body=b"a=1",
        content_type="application/x-www-form-urlencoded",
        status=415,
        code="unsupported_media_type",
    )


def missing_idempotency_key(operation: Operation) -> Iterator[BadInput]:
    if operation.label in NEEDS_KEY:
        yield BadInput(
            operation=operation,
            body=orjson.dumps(operation.body),
            has_key=False,
            status=400,
            code="idempotency_key_required",
        )


KINDS: Final = (
    wrong_type,
    unknown_field,
    negative_number,
    unknown_currency,
    no_object,
    malformed_json,
    oversized_body,
    no_json,
    missing_idempotency_key,
)


class TestBadInput:
    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
    def test_is_a_problem_and_leaves_nothing_behind(self, world, description, kind, role):
        tried = [bad for operation in _doors(description) for bad in kind(operation)]
        before = everything()

        wrong = [said for bad in tried for said in complaints(world, role, bad)]

        assert tried
        assert "\n".join(wrong) == ""
        assert everything() == before


class TestTheNeedForAKey:
    def test_is_described_where_money_or_stock_moves(self, description):
        described = sorted(x.label for x in description.operations if x.needs_key)

        assert described == NEEDS_KEY


def complaints(world: World, role: str, bad: BadInput) -> Iterator[str]:
    """Send it; tell what is not as the description promises."""
    operation = bad.operation
    answer = world.as_(role).generic(
        operation.method.upper(),
        world.address(operation.path),
        bad.body,
        content_type=bad.content_type,
        headers=(new_key() if bad.has_key else {}) | {"If-Match": "*"},
    )
    told = f"{operation.label} {bad.body[:120]!r}: {answer.status_code} {answer.content[:300]!r}"
    if answer.get("Content-Type") != "application/problem+json":
        yield f"no problem: {told}"
        return
    problem = answer.json()
    if answer.status_code in _closed_to(role, operation):
        return
    if (answer.status_code, problem["code"]) != (bad.status, bad.code):
        yield f"wanted {bad.status} {bad.code}: {told}"
    elif bad.pointer is not None and not any(
        error["pointer"].startswith(bad.pointer) for error in problem["errors"]
    ):
        yield f"wanted a pointer to {bad.pointer!r}: {told}"


def _closed_to(role: str, operation: Operation) -> set[int]:
    """What this caller may hear before anybody looks at the input."""
    if role == "anonymous":
        return ({404} if operation.has_id else set()) if operation.is_open else {401}
    return {403} & operation.statuses if role == "customer" else set()


def everything() -> dict[str, tuple[int, int]]:
    """How many rows each table of ours has, and a sum over all that stands in them."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("commerce.") and model._meta.managed
    )
    query = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)"
        f' FROM "{table}" t'
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {table: (count, checksum) for table, count, checksum in cursor.fetchall()}


def _doors(description: Description) -> list[Operation]:
    return [x for x in description.with_body() if not x.path.startswith(WEBHOOKS)]


def _invalid(operation: Operation, body: Any, pointer: str) -> BadInput:
    return BadInput(
        operation=operation,
        body=orjson.dumps(body),
        status=422,
        code="validation_failed",
        pointer=pointer,
    )
